package dev.weft.agent.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket as bytes: open, send, receive, set options, wait, close. For one thread, but for {@link
 * #wake}, which any thread may call.
 */
public final class NativeSocket implements Datagrams {
  private final LibC libC = NativeLibraries.libC();
  private final int descriptor;
  private final int wakeUp;
  private final ByteBuffer waiting = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
  private volatile boolean open = true;

  private NativeSocket(int domain, int type, int protocol) throws IOException {
    descriptor = check("socket", libC.socket(domain, type | Sockets.SOCK_CLOEXEC, protocol));
    wakeUp = check("eventfd", libC.eventfd(0, Sockets.EFD_CLOEXEC));
    waiting.putInt(0, descriptor).putInt(4, Sockets.POLLIN);
    waiting.putInt(8, wakeUp).putInt(12, Sockets.POLLIN);
  }

  /**
   * socket(2), closed on exec.
   *
   * @throws NativeException with errno where the kernel has no such socket or forbids it
   */
  public static NativeSocket open(int domain, int type, int protocol) throws IOException {
    return new NativeSocket(domain, type, protocol);
  }

  /** bind(2) to a sockaddr of the socket's family. */
  public void bind(byte[] address) throws IOException {
    check("bind", libC.bind(descriptor, address, address.length));
  }

  /** setsockopt(2) with an int. */
  public void setOption(int level, int name, int value) throws IOException {
    var bytes = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    check("setsockopt", libC.setsockopt(descriptor, level, name, bytes, bytes.length));
  }

  @Override
  public void send(ByteBuffer data) throws IOException {
    check("send", (int) libC.send(descriptor, data, data.remaining(), 0));
  }

  /** False, too, if {@link #wake} was called. */
  @Override
  public boolean receive(ByteBuffer into, int timeoutMillis) throws IOException {
    if (!awaitInput(timeoutMillis)) {
      return false;
    }
    into.clear();
    int flags = Sockets.MSG_TRUNC | Sockets.MSG_DONTWAIT;
    long length = libC.recv(descriptor, into, into.capacity(), flags);
    if (length < 0) {
      int errno = NativeLibraries.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return false;
      }
      throw new NativeException("recv", errno);
    }
    if (length > into.capacity()) {
      throw new IOException(
          "recv: a datagram of " + length + " bytes for a buffer of " + into.capacity());
    }
    into.limit((int) length);
    return true;
  }

  private boolean awaitInput(int timeoutMillis) throws IOException {
    waiting.putShort(6, (short) 0).putShort(14, (short) 0);
    int ready = libC.poll(waiting, 2, timeoutMillis);
    if (ready < 0 && NativeLibraries.lastErrno() == Errno.EINTR) {
      return false;
    }
    check("poll", ready);
    return ready > 0 && waiting.getShort(6) != 0;
  }

  /** Makes a waiting {@link #receive}, and every later one without input, return at once. */
  public void wake() {
    if (open) {
      byte[] one = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(1).array();
      libC.write(wakeUp, one, one.length);
    }
  }

  private static int check(String operation, int result) throws IOException {
    if (result < 0) {
      throw new NativeException(operation, NativeLibraries.lastErrno());
    }
    return result;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      libC.close(descriptor);
      libC.close(wakeUp);
    }
  }
}
