package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.NativeSocket;
import dev.weft.agent.nativelib.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Notifications of some multicast groups. For one thread but for {@link #wake}. */
public final class MulticastSocket implements AutoCloseable {
  private static final int RECEIVE_BYTES = 64 << 10;
  private static final int RECEIVE_BUFFER = 1 << 20;

  private final NativeSocket socket;
  private final ByteBuffer in = NetlinkSocket.direct(RECEIVE_BYTES);

  private MulticastSocket(NativeSocket socket) {
    this.socket = socket;
  }

  public static MulticastSocket open(int protocol, int... groups) throws IOException {
    var socket = NativeSocket.open(Sockets.AF_NETLINK, Sockets.SOCK_RAW, protocol);
    try {
      NetlinkSocket.enlargeReceiveBuffer(socket, RECEIVE_BUFFER);
      socket.bind(NetlinkSocket.address());
      for (int group : groups) {
        socket.setOption(Netlink.SOL_NETLINK, Netlink.NETLINK_ADD_MEMBERSHIP, group);
      }
      return new MulticastSocket(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Waits for a datagram.
   *
   * @param reading reads its messages at once; they don't outlive the call
   * @return empty if {@link #wake} was called
   * @throws dev.weft.agent.nativelib.NativeException with ENOBUFS if notifications were lost
   */
  public <T> Optional<T> receive(Function<List<Message>, T> reading) throws IOException {
    return socket.receive(in, -1)
        ? Optional.of(reading.apply(Message.parse(in)))
        : Optional.empty();
  }

  /** Makes {@link #receive} return; from any thread. */
  public void wake() {
    socket.wake();
  }

  @Override
  public void close() {
    socket.close();
  }
}
