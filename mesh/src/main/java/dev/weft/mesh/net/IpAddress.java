package dev.weft.mesh.net;

import dev.weft.mesh.problem.Quote;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address without a zone.
 *
 * @param family which of the two
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {
  public IpAddress {
    if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /** An IPv4 address from its 32 bits. */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(Family.IPV4, 0, Integer.toUnsignedLong(bits));
  }

  /**
   * An address from 4 or 16 bytes in network byte order.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static IpAddress ofBytes(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> ofIpv4(ByteBuffer.wrap(bytes).getInt());
      case 16 -> {
        var b = ByteBuffer.wrap(bytes);
        yield new IpAddress(Family.IPV6, b.getLong(), b.getLong());
      }
      default ->
          throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    };
  }

  /**
   * Parses {@code 10.0.0.1} or {@code 2001:db8::1}. IPv4-mapped IPv6, zones, and IPv4 with leading
   * zeros are refused.
   *
   * @throws IllegalArgumentException with a text that shows the value
   */
  public static IpAddress parse(String text) {
    return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
  }

  private static IpAddress parseIpv4(String text) {
    long bits = 0;
    int octets = 0;
    int at = 0;
    while (octets < 4) {
      int end = at;
      int value = 0;
      while (end < text.length() && isDigit(text.charAt(end)) && end - at < 4) {
        value = value * 10 + (text.charAt(end) - '0');
        end++;
      }
      boolean leadingZero = end - at > 1 && text.charAt(at) == '0';
      if (end == at || value > 255 || leadingZero) {
        throw malformed(text);
      }
      bits = bits << 8 | value;
      octets++;
      at = end;
      if (octets < 4) {
        if (at >= text.length() || text.charAt(at) != '.') {
          throw malformed(text);
        }
        at++;
      }
    }
    if (at != text.length()) {
      throw malformed(text);
    }
    return new IpAddress(Family.IPV4, 0, bits);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IpAddress parseIpv6(String text) {
    boolean sane =
        text.length() <= 45
            && text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)
            && text.chars().allMatch(c -> c < 128);
    if (!sane) {
      throw malformed(text);
    }
    try {
      // A literal with a colon is never looked up.
      var bytes = InetAddress.getByName(text).getAddress();
      if (bytes.length != 16) {
        throw malformed(text);
      }
      return ofBytes(bytes);
    } catch (UnknownHostException e) {
      throw malformed(text);
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(Quote.of(text) + " is not an IP address");
  }

  /** The address in network byte order: 4 or 16 bytes. */
  public byte[] toBytes() {
    return family == Family.IPV4
        ? ByteBuffer.allocate(4).putInt((int) low).array()
        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /** As a record has it, but addresses are compared and hashed a million times in a plan. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpAddress o && low == o.low && high == o.high && family == o.family;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** The address {@code offset} further, modulo the size of the family. */
  public IpAddress plus(long offset) {
    if (family == Family.IPV4) {
      return new IpAddress(family, 0, (low + offset) & 0xffff_ffffL);
    }
    long sum = low + offset;
    long carry = offset >= 0 && Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    long borrow = offset < 0 && Long.compareUnsigned(sum, low) > 0 ? 1 : 0;
    return new IpAddress(family, high + carry - borrow, sum);
  }

  /** Whether the address is one that every host of the internet may use to reach its owner. */
  public boolean isGloballyRoutable() {
    return SpecialRanges.isGloballyRoutable(this);
  }

  @Override
  public int compareTo(IpAddress other) {
    int c = family.compareTo(other.family);
    c = c != 0 ? c : Long.compareUnsigned(high, other.high);
    return c != 0 ? c : Long.compareUnsigned(low, other.low);
  }

  /** The text form of RFC 5952. */
  @Override
  public String toString() {
    if (family == Family.IPV4) {
      return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
    }
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4)) & 0xffff);
    }
    int bestAt = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int j = i;
      while (j < 8 && groups[j] == 0) {
        j++;
      }
      if (j - i > bestLength) {
        bestAt = i;
        bestLength = j - i;
      }
      i = Math.max(i, j - 1);
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        text.append("::");
        i += bestLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
