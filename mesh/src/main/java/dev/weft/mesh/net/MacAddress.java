package dev.weft.mesh.net;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * A link address of 48 bits (IEEE EUI-48).
 *
 * @param bits the low 48, first octet highest
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
  private static final int OCTETS = 6;
  private static final Pattern TEXT = Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}");

  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("%x has more than 48 bits".formatted(bits));
    }
  }

  /**
   * The address that a text always gives, locally administered and unicast, so that nodes know each
   * other's without telling. Of 40 random bits: among 1,000 the odds of a pair are 1 to 2 million.
   */
  public static MacAddress derivedFrom(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      long bits = 2;
      for (int i = 1; i < OCTETS; i++) {
        bits = (bits << 8) | (digest[i] & 0xff);
      }
      return new MacAddress(bits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The address in six octets.
   *
   * @throws IllegalArgumentException if there are not six
   */
  public static MacAddress ofBytes(byte[] octets) {
    if (octets.length != OCTETS) {
      throw new IllegalArgumentException("a link address has 6 octets, not " + octets.length);
    }
    long bits = 0;
    for (byte octet : octets) {
      bits = (bits << 8) | (octet & 0xff);
    }
    return new MacAddress(bits);
  }

  /**
   * The address of a text as ip(8) prints it, in any case: {@code 02:00:5e:10:00:01}.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  public static MacAddress parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException("a link address is xx:xx:xx:xx:xx:xx, and this is not");
    }
    return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
  }

  /** Six octets. */
  public byte[] toBytes() {
    var octets = new byte[OCTETS];
    for (int i = 0; i < OCTETS; i++) {
      octets[i] = (byte) (bits >>> (8 * (OCTETS - 1 - i)));
    }
    return octets;
  }

  /** The link-local IPv6 address that belongs to it (RFC 4291, appendix A). */
  public IpAddress linkLocal() {
    long flipped = bits ^ 0x0200_0000_0000L;
    long low = ((flipped >>> 24) << 40) | 0xff_fe00_0000L | (flipped & 0xff_ffffL);
    return new IpAddress(Family.IPV6, 0xfe80_0000_0000_0000L, low);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (byte octet : toBytes()) {
      text.append(text.isEmpty() ? "" : ":").append("%02x".formatted(octet & 0xff));
    }
    return text.toString();
  }

  @Override
  public int compareTo(MacAddress other) {
    return Long.compare(bits, other.bits);
  }
}
