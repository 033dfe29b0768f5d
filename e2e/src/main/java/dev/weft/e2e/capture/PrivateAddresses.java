package dev.weft.e2e.capture;

import java.net.InetAddress;

/** The addresses that have no place on the internet: RFC 1918, 6598, 3927, 4193, 4291. */
public final class PrivateAddresses {
  private PrivateAddresses() {}

  static boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  /** Whether it is one; 4 or 16 bytes in network byte order. */
  public static boolean contains(byte[] address) {
    int first = address[0] & 0xff;
    int second = address[1] & 0xff;
    if (address.length == 16) {
      return (first & 0xfe) == 0xfc || (first == 0xfe && (second & 0xc0) == 0x80);
    }
    return switch (first) {
      case 10, 127 -> true;
      case 100 -> second >= 64 && second < 128;
      case 169 -> second == 254;
      case 172 -> second >= 16 && second < 32;
      case 192 -> second == 168;
      default -> false;
    };
  }
}
