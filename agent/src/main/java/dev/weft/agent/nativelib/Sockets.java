package dev.weft.agent.nativelib;

/** Constants of {@code sys/socket.h}, {@code poll.h} and {@code sys/eventfd.h} on Linux. */
public final class Sockets {
  public static final int AF_UNSPEC = 0;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int POLLIN = 1;
  public static final int EFD_CLOEXEC = 0x80000;

  private Sockets() {}
}
