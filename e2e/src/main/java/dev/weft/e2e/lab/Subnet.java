package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;

/** A prefix that the lab hands out addresses from, such as {@code 10.1.0.0/24}. */
public record Subnet(Prefix prefix) {
  /** Parses {@code address/length}; host bits must be zero. */
  @JsonCreator
  public static Subnet parse(String text) {
    if (!text.contains("/")) {
      throw new IllegalArgumentException("%s: not a prefix".formatted(text));
    }
    return new Subnet(Prefix.parse(text));
  }

  /** IPv4 or IPv6. */
  public Family family() {
    return prefix.family();
  }

  /** In bits. */
  public int length() {
    return prefix.length();
  }

  /** The address number {@code n} of this prefix. */
  public String host(int n) {
    var address = prefix.address().plus(n);
    if (n <= 0 || !prefix.contains(address)) {
      throw new IllegalArgumentException("%s has no address number %d".formatted(this, n));
    }
    return address.toString();
  }

  /** The part number {@code n} of this prefix, when it is cut into parts of that length. */
  public Subnet part(int n, int partLength) {
    int bits = family().bits();
    boolean fits =
        partLength >= length() && partLength <= bits && n >= 0 && n >> (partLength - length()) == 0;
    if (!fits || (family() == Family.IPV6 && partLength > 64)) {
      throw new IllegalArgumentException(
          "%s has no part number %d of length %d".formatted(this, n, partLength));
    }
    var base = prefix.address();
    var address =
        family() == Family.IPV4
            ? base.plus((long) n << (bits - partLength))
            : new IpAddress(Family.IPV6, base.high() + ((long) n << (64 - partLength)), base.low());
    return new Subnet(Prefix.of(address, partLength));
  }

  /** The part for one node: a /24, or a /64. */
  public Subnet node(int n) {
    return part(n, family() == Family.IPV4 ? 24 : 64);
  }

  @JsonValue
  @Override
  public String toString() {
    return prefix.toString();
  }
}
