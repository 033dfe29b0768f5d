package dev.weft.agent.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A socket as bytes: open, send, receive, set options, wait, close. For one thread, but for {@link
 * #wake}, which any thread may call.
 */
public final class NativeSocket implements Datagrams {
  private final LibC libC;
  private final int descriptor;
  private final int wakeUp;
  private final ByteBuffer waiting = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
  private volatile boolean open = true;

  private NativeSocket(LibC libC, int descriptor, int wakeUp) {
    this.libC = libC;
    this.descriptor = descriptor;
    this.wakeUp = wakeUp;
    waiting.putInt(0, descriptor).putInt(4, Sockets.POLLIN);
    waiting.putInt(8, wakeUp).putInt(12, Sockets.POLLIN);
  }

  /**
   * socket(2), closed on exec.
   *
   * @throws NativeException with errno where the kernel has no such socket or forbids it
   */
  public static NativeSocket open(int domain, int type, int protocol) throws IOException {
    return open(NativeLibraries.libC(), domain, type, protocol);
  }

  static NativeSocket open(LibC libC, int domain, int type, int protocol) throws IOException {
    int descriptor = check("socket", libC.socket(domain, type | Sockets.SOCK_CLOEXEC, protocol));
    int wakeUp = libC.eventfd(0, Sockets.EFD_CLOEXEC);
    if (wakeUp < 0) {
      var failure = new NativeException("eventfd", NativeLibraries.lastErrno());
      libC.close(descriptor);
      throw failure;
    }
    return new NativeSocket(libC, descriptor, wakeUp);
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
    long sent;
    do {
      sent = libC.send(descriptor, data, data.remaining(), 0);
    } while (sent < 0 && NativeLibraries.lastErrno() == Errno.EINTR);
    check("send", (int) sent);
  }

  /** False, too, if {@link #wake} was called. */
  @Override
  public boolean receive(ByteBuffer into, int timeoutMillis) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (awaitInput(timeoutMillis, deadline)) {
      into.clear();
      int flags = Sockets.MSG_TRUNC | Sockets.MSG_DONTWAIT;
      long length = libC.recv(descriptor, into, into.capacity(), flags);
      if (length >= 0) {
        if (length > into.capacity()) {
          throw new IOException(
              "recv: a datagram of " + length + " bytes for a buffer of " + into.capacity());
        }
        into.limit((int) length);
        return true;
      }
      int errno = NativeLibraries.lastErrno();
      // A signal, or a datagram that was dropped after poll saw it: no answer yet, not none.
      if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
        throw new NativeException("recv", errno);
      }
    }
    return false;
  }

  private boolean awaitInput(int timeoutMillis, long deadline) throws IOException {
    while (true) {
      waiting.putShort(6, (short) 0).putShort(14, (short) 0);
      int ready = libC.poll(waiting, 2, left(timeoutMillis, deadline));
      if (ready >= 0 || NativeLibraries.lastErrno() != Errno.EINTR) {
        check("poll", ready);
        return ready > 0 && waiting.getShort(6) != 0;
      }
      // A signal, as profilers and debuggers send them: goes on waiting for what is left.
    }
  }

  private static int left(int timeoutMillis, long deadline) {
    if (timeoutMillis < 0) {
      return timeoutMillis;
    }
    long nanos = Math.max(0, deadline - System.nanoTime());
    return (int) TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
  }

  /** Makes a waiting {@link #receive}, and every later one without input, return at once. */
  public synchronized void wake() {
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

  /** Not while another thread wakes it: its descriptor may be another's a moment later. */
  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      libC.close(descriptor);
      libC.close(wakeUp);
    }
  }
}
