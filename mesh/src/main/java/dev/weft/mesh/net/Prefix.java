package dev.weft.mesh.net;

import dev.weft.mesh.problem.Quote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network prefix in canonical form: no host bits are set.
 *
 * @param address the network address
 * @param length prefix length in bits, 0 to 32 or 128
 */
public record Prefix(IpAddress address, int length) implements Comparable<Prefix> {
  private static final Comparator<Prefix> ORDER =
      Comparator.comparing(Prefix::address).thenComparingInt(Prefix::length);

  public Prefix {
    if (length < 0 || length > address.family().bits()) {
      throw new IllegalArgumentException(
          "prefix length " + length + " is not between 0 and " + address.family().bits());
    }
    if (!holds(address, length, address)) {
      throw new IllegalArgumentException(
          "'%s/%d' has host bits set; write %s/%d"
              .formatted(address, length, mask(address, length), length));
    }
  }

  /**
   * Parses {@code 10.0.0.0/8}, {@code fd00::/64}; an address without a length is a host's.
   *
   * @throws IllegalArgumentException with a text that shows the value and, for host bits, the fix
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return host(IpAddress.parse(text));
    }
    return new Prefix(IpAddress.parse(text.substring(0, slash)), parseLength(text, slash));
  }

  /** The prefix of a text such as {@code 10.0.1.5/24} with its host bits cleared. */
  public static Prefix parseMasked(String text) {
    int slash = text.indexOf('/');
    var address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    return slash < 0 ? host(address) : of(address, parseLength(text, slash));
  }

  private static int parseLength(String text, int slash) {
    var digits = text.substring(slash + 1);
    if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(Prefix::isDigit)) {
      throw new IllegalArgumentException(Quote.of(text) + " has no valid prefix length");
    }
    return Integer.parseInt(digits);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** The prefix of one address. */
  public static Prefix host(IpAddress address) {
    return new Prefix(address, address.family().bits());
  }

  /** The prefix of the given length that holds the address. */
  public static Prefix of(IpAddress address, int length) {
    return new Prefix(mask(address, length), length);
  }

  /** Everything of a family: {@code 0.0.0.0/0} or {@code ::/0}. */
  public static Prefix all(Family family) {
    return new Prefix(new IpAddress(family, 0, 0), 0);
  }

  private static IpAddress mask(IpAddress a, int length) {
    if (length < 0 || length > a.family().bits()) {
      throw new IllegalArgumentException(
          "prefix length " + length + " is not between 0 and " + a.family().bits());
    }
    if (a.family() == Family.IPV4) {
      return new IpAddress(a.family(), 0, length == 0 ? 0 : a.low() & (-1L << (32 - length)));
    }
    long high = length == 0 ? 0 : length >= 64 ? a.high() : a.high() & (-1L << (64 - length));
    long low = length <= 64 ? 0 : a.low() & (-1L << (128 - length));
    return new IpAddress(a.family(), high, low);
  }

  /** Whether the first bits of both are the same and the network's others are zero. */
  private static boolean holds(IpAddress network, int length, IpAddress address) {
    if (address.family() != network.family()) {
      return false;
    }
    if (address.family() == Family.IPV4) {
      return (length == 0 ? 0 : address.low() & (-1L << (32 - length))) == network.low();
    }
    long high =
        length == 0 ? 0 : length >= 64 ? address.high() : address.high() & (-1L << (64 - length));
    long low = length <= 64 ? 0 : address.low() & (-1L << (128 - length));
    return high == network.high() && low == network.low();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prefix o && length == o.length && address.equals(o.address);
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + length;
  }

  public Family family() {
    return address.family();
  }

  /** Whether it is one address. */
  public boolean isHost() {
    return length == family().bits();
  }

  public boolean contains(IpAddress other) {
    return holds(address, length, other);
  }

  /** Whether every address of the other is one of these; true for itself. */
  public boolean contains(Prefix other) {
    return other.length >= length && contains(other.address);
  }

  public boolean overlaps(Prefix other) {
    return contains(other) || other.contains(this);
  }

  private static IpAddress flipped(IpAddress a, int bit) {
    int shift = a.family().bits() - 1 - bit;
    return shift < 64
        ? new IpAddress(a.family(), a.high(), a.low() ^ (1L << shift))
        : new IpAddress(a.family(), a.high() ^ (1L << (shift - 64)), a.low());
  }

  /** The fewest prefixes that hold all its addresses but those of the other. */
  public List<Prefix> minus(Prefix other) {
    if (!overlaps(other)) {
      return List.of(this);
    }
    var rest = new ArrayList<Prefix>();
    // From the whole down to the other: of each two halves, the one that the other is not in.
    for (int longer = length + 1; longer <= other.length; longer++) {
      var half = of(other.address, longer);
      var sibling = new Prefix(flipped(half.address, longer - 1), longer);
      rest.add(sibling);
    }
    return rest;
  }

  @Override
  public int compareTo(Prefix other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
