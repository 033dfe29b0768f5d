package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.Datagrams;
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

  private static final int RECEIVE_BYTES = 64 << 10;
  private static final int RECEIVE_BUFFER = 1 << 20;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int DUMP_ATTEMPTS = 8;

  private final Datagrams socket;
  private final Outgoing out = new Outgoing();
  private final ByteBuffer in = direct(RECEIVE_BYTES);
  private int sequence = (int) (System.nanoTime() & 0x3fff_ffff);

  /** A conversation over what is open already, which it takes over. */
  NetlinkSocket(Datagrams socket) {
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
      int end = out.fill(requests, first, sequence + 1);
      int base = sequence + 1;
      sequence += end - first;
      socket.send(out.bytes());
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

  private void awaitAcks(int base, Ack[] acks, int first, int end) throws IOException {
    while (true) {
      for (var message : receive()) {
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

  private List<Message> receive() throws IOException {
    if (!socket.receive(in, TIMEOUT_MILLIS)) {
      throw new IOException("the kernel didn't answer within " + TIMEOUT_MILLIS + " ms");
    }
    return Message.parse(in);
  }

  /**
   * Asks for all objects of a kind, again if they changed meanwhile or answers were lost.
   *
   * @param each reads a message at once; its payload doesn't outlive the call
   * @return what {@code each} made of the messages of one undisturbed dump
   * @throws KernelRefusal if the dump was refused
   * @throws IOException if it was disturbed {@value #DUMP_ATTEMPTS} times in a row
   */
  public <T> List<T> dump(String operation, Request request, Reading<T> each) throws IOException {
    for (int attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
      var results = new ArrayList<T>();
      try {
        if (dumpOnce(operation, request, m -> each.read(m, results::add))) {
          return results;
        }
      } catch (NativeException e) {
        if (e.errno() != Errno.ENOBUFS) {
          throw e;
        }
      }
    }
    throw new IOException(
        "%s: disturbed in each of %d attempts, for the kernel's objects change all the time"
            .formatted(operation, DUMP_ATTEMPTS));
  }

  /** Whether the dump was undisturbed. */
  private boolean dumpOnce(String operation, Request request, Consumer<Message> each)
      throws IOException {
    int number = ++sequence;
    socket.send(out.one(request, Netlink.NLM_F_DUMP, number));
    boolean consistent = true;
    while (true) {
      for (var message : receive()) {
        if ((int) message.sequence() != number || message.type() == Netlink.NLMSG_NOOP) {
          continue;
        }
        consistent &= (message.flags() & Netlink.NLM_F_DUMP_INTR) == 0;
        switch (message.type()) {
          case Netlink.NLMSG_DONE, Netlink.NLMSG_ERROR -> {
            var ack = message.ack();
            if (ack.errno() == Errno.EINTR) {
              return false; // some dumps of newer kernels end so where they were disturbed
            }
            if (!ack.isOk()) {
              throw new KernelRefusal(operation, ack);
            }
            return consistent;
          }
          case Netlink.NLMSG_OVERRUN -> consistent = false;
          default -> each.accept(message);
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
    int number = ++sequence;
    socket.send(out.one(request, 0, number));
    while (true) {
      for (var message : receive()) {
        if ((int) message.sequence() != number || message.type() == Netlink.NLMSG_NOOP) {
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

  @Override
  public void close() {
    socket.close();
  }
}
