package dev.weft.e2e.capture;

import java.nio.ByteBuffer;

/**
 * The four messages of WireGuard, as far as they show on the wire (whitepaper, section 5.4).
 *
 * <pre>
 * type 1 | reserved 3, zero | …   1 initiation 148 bytes, 2 response 92, 3 cookie 64,
 *                                 4 data 32 + n, in the Linux and Go implementations padded to 16
 * </pre>
 */
final class WireGuardMessage {
  private WireGuardMessage() {}

  /**
   * Whether that is what a UDP packet carries.
   *
   * @param data what was captured
   * @param length what was sent
   */
  static boolean looksLike(ByteBuffer data, int length) {
    if (data.limit() < 4 || length < 4 || (data.getInt(0) & 0x00ffffff) != 0) {
      return false;
    }
    return switch (data.get(0)) {
      case 1 -> length == 148;
      case 2 -> length == 92;
      case 3 -> length == 64;
      case 4 -> length >= 32;
      default -> false;
    };
  }
}
