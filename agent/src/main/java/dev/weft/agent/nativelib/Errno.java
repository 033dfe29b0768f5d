package dev.weft.agent.nativelib;

/** Error numbers of Linux ({@code include/uapi/asm-generic/errno.h}). */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ERANGE = 34;
  public static final int EPROTONOSUPPORT = 93;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ENOBUFS = 105;

  private Errno() {}

  /** The bare name, such as {@code EINVAL}; {@code none} for 0, {@code other} where it has none. */
  public static String symbol(int errno) {
    var name = name(errno);
    return name.startsWith("E") ? name.split(" ", 2)[0] : errno == 0 ? "none" : "other";
  }

  /** The name, such as {@code EINVAL}, or {@code errno 123} where it has none here. */
  public static String name(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM (not permitted; NET_ADMIN is needed)";
      case ENOENT -> "ENOENT (no such object)";
      case ESRCH -> "ESRCH (no such object)";
      case EINTR -> "EINTR";
      case EAGAIN -> "EAGAIN";
      case ENOMEM -> "ENOMEM";
      case EACCES -> "EACCES";
      case EBUSY -> "EBUSY";
      case EEXIST -> "EEXIST (exists already)";
      case ENODEV -> "ENODEV (no such link)";
      case EINVAL -> "EINVAL (invalid argument)";
      case ERANGE -> "ERANGE";
      case EPROTONOSUPPORT -> "EPROTONOSUPPORT";
      case EOPNOTSUPP -> "EOPNOTSUPP (not supported by this kernel)";
      case EAFNOSUPPORT -> "EAFNOSUPPORT (address family not supported)";
      case EADDRINUSE -> "EADDRINUSE (in use)";
      case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
      case ENETDOWN -> "ENETDOWN (link is down)";
      case ENETUNREACH -> "ENETUNREACH (no route to gateway)";
      case ENOBUFS -> "ENOBUFS";
      // The rest of what the network code answers, which nothing here asks for by name.
      case 5 -> "EIO";
      case 7 -> "E2BIG";
      case 9 -> "EBADF";
      case 14 -> "EFAULT";
      case 18 -> "EXDEV";
      case 23 -> "ENFILE";
      case 24 -> "EMFILE";
      case 28 -> "ENOSPC";
      case 32 -> "EPIPE";
      case 36 -> "ENAMETOOLONG";
      case 39 -> "ENOTEMPTY";
      case 40 -> "ELOOP";
      case 61 -> "ENODATA";
      case 75 -> "EOVERFLOW";
      case 90 -> "EMSGSIZE";
      case 92 -> "ENOPROTOOPT";
      case 110 -> "ETIMEDOUT";
      case 111 -> "ECONNREFUSED";
      case 113 -> "EHOSTUNREACH";
      case 126 -> "ENOKEY";
      default -> "errno " + errno;
    };
  }
}
