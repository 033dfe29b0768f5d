package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.nativelib.NativeException;
import dev.weft.agent.nativelib.NativeSocket;
import dev.weft.agent.nativelib.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A conversation with one netlink protocol of the kernel. For one thread.
 *
 * <p>Many requests go out in one send. Only the last of it asks for an acknowledgement: the kernel
 * works through a send in order and answers what it refuses unasked, so the last answer says that
 * the rest is done.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** Bytes of a send; larger than any request of ours, smaller than a socket's buffer. */
  static final int MAX_REQUEST = 128 << 10;

  private static final int SEND_BYTES = 32 << 10;
  private static final int RECEIVE_BYTES = 64 << 10;
  private static final int RECEIVE_BUFFER = 1 << 20;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int DUMP_ATTEMPTS = 8;

  private final NativeSocket socket;
  private final ByteBuffer out = direct(MAX_REQUEST);
  private final ByteBuffer in = direct(RECEIVE_BYTES);
  private int sequence = (int) (System.nanoTime() & 0x3fff_ffff);

  private NetlinkSocket(NativeSocket socket) {
    this.socket = socket;
  }

  /** Opens and binds a socket, with extended acks and, for rtnetlink, strictly checked dumps. */
  public static NetlinkSocket open(int protocol) throws IOException {
    var socket = NativeSocket.open(Sockets.AF_NETLINK, Sockets.SOCK_RAW, protocol);
    try {
      socket.setOption(Netlink.SOL_NETLINK, Netlink.NETLINK_EXT_ACK, 1);
      socket.setOption(Netlink.SOL_NETLINK, Netlink.NETLINK_CAP_ACK, 1);
      socket.setOption(Netlink.SOL_NETLINK, Netlink.NETLINK_GET_STRICT_CHK, 1);
      enlargeReceiveBuffer(socket, RECEIVE_BUFFER);
      socket.bind(address());
      return new NetlinkSocket(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static void enlargeReceiveBuffer(NativeSocket socket, int bytes) throws IOException {
    try {
      socket.setOption(Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, bytes);
    } catch (NativeException e) {
      socket.setOption(Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes);
    }
  }

  /** sockaddr_nl with port and groups left to the kernel. */
  static byte[] address() {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Sockets.AF_NETLINK)
        .array();
  }

  static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Sends requests in order; one that is refused doesn't stop the others.
   *
   * @return one answer per request
   * @throws IOException if the conversation broke down; it is not known what was done
   */
  public List<Ack> execute(List<Request> requests) throws IOException {
    var acks = new Ack[requests.size()];
    Arrays.fill(acks, Ack.OK);
    int first = 0;
    while (first < requests.size()) {
      int end = fill(requests, first);
      int base = sequence + 1;
      sequence += end - first;
      socket.send(out);
      awaitAcks(base, acks, first, end);
      first = end;
    }
    return List.of(acks);
  }

  /**
   * Sends one request.
   *
   * @throws KernelRefusal if it was refused
   */
  public void execute(String operation, Request request) throws IOException {
    var ack = execute(List.of(request)).getFirst();
    if (!ack.isOk()) {
      throw new KernelRefusal(operation, ack);
    }
  }

  private int fill(List<Request> requests, int first) {
    out.clear();
    int end = first;
    int last = 0;
    while (end < requests.size()) {
      var request = requests.get(end);
      int length = Netlink.NLMSG_HDRLEN + request.payload().length;
      if (end > first && out.position() + length > SEND_BYTES) {
        break;
      }
      last = out.position();
      put(request, request.flags() | Netlink.NLM_F_REQUEST, sequence + 1 + end - first);
      end++;
    }
    int flags = out.getShort(last + 6) | Netlink.NLM_F_ACK;
    out.putShort(last + 6, (short) flags).flip();
    return end;
  }

  private void put(Request request, int flags, int number) {
    out.putInt(Netlink.NLMSG_HDRLEN + request.payload().length);
    out.putShort((short) request.type()).putShort((short) flags).putInt(number).putInt(0);
    out.put(request.payload());
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
  }

  private void awaitAcks(int base, Ack[] acks, int first, int end) throws IOException {
    while (true) {
      receive();
      for (var message : Message.parse(in)) {
        int index = first + (int) message.sequence() - base;
        if (message.type() != Netlink.NLMSG_ERROR || index < first || index >= end) {
          continue;
        }
        acks[index] = message.ack();
        if (index == end - 1) {
          return;
        }
      }
    }
  }

  private void receive() throws IOException {
    if (!socket.receive(in, TIMEOUT_MILLIS)) {
      throw new IOException("the kernel didn't answer within " + TIMEOUT_MILLIS + " ms");
    }
  }

  /**
   * Asks for all objects of a kind, again if they changed meanwhile or answers were lost.
   *
   * @param each reads a message at once; its payload doesn't outlive the call
   * @return what {@code each} made of the messages
   * @throws KernelRefusal if the dump was refused
   */
  public <T> List<T> dump(String operation, Request request, Reading<T> each) throws IOException {
    for (int attempt = 1; ; attempt++) {
      var results = new ArrayList<T>();
      try {
        if (dumpOnce(operation, request, m -> each.read(m, results::add))
            || attempt == DUMP_ATTEMPTS) {
          return results;
        }
      } catch (NativeException e) {
        if (e.errno() != Errno.ENOBUFS || attempt == DUMP_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Asks for one object.
   *
   * @param each reads the answer at once; its payload doesn't outlive the call
   * @throws KernelRefusal if there is none
   */
  public <T> T get(String operation, Request request, Function<Message, T> each)
      throws IOException {
    out.clear();
    int number = ++sequence;
    put(request, request.flags() | Netlink.NLM_F_REQUEST, number);
    socket.send(out.flip());
    while (true) {
      receive();
      for (var message : Message.parse(in)) {
        if ((int) message.sequence() != number) {
          continue;
        }
        if (message.type() == Netlink.NLMSG_ERROR) {
          throw new KernelRefusal(operation, message.ack());
        }
        return each.apply(message);
      }
    }
  }

  /** Makes values of a message. */
  @FunctionalInterface
  public interface Reading<T> {
    void read(Message message, Consumer<T> sink);
  }

  private boolean dumpOnce(String operation, Request request, Consumer<Message> each)
      throws IOException {
    out.clear();
    int number = ++sequence;
    put(request, request.flags() | Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP, number);
    socket.send(out.flip());
    boolean consistent = true;
    while (true) {
      receive();
      for (var message : Message.parse(in)) {
        if ((int) message.sequence() != number) {
          continue;
        }
        consistent &= (message.flags() & Netlink.NLM_F_DUMP_INTR) == 0;
        if (message.type() == Netlink.NLMSG_DONE || message.type() == Netlink.NLMSG_ERROR) {
          var ack = message.ack();
          if (!ack.isOk()) {
            throw new KernelRefusal(operation, ack);
          }
          return consistent;
        }
        each.accept(message);
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
