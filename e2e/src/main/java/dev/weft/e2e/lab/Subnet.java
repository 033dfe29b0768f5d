package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An IPv4 prefix that the lab hands out addresses from, such as {@code 10.1.0.0/24}.
 *
 * @param network the network address, as an unsigned number
 * @param length 0 to 32
 */
public record Subnet(long network, int length) {
  /** Parses {@code a.b.c.d/length}; host bits must be zero. */
  @JsonCreator
  public static Subnet parse(String text) {
    var slash = text.split("/", -1);
    var octets = slash[0].split("\\.", -1);
    if (slash.length != 2 || octets.length != 4) {
      throw new IllegalArgumentException("%s: not an IPv4 prefix".formatted(text));
    }
    long network = 0;
    for (var octet : octets) {
      network = network << 8 | Integer.parseInt(octet);
    }
    int length = Integer.parseInt(slash[1]);
    if (length < 0 || length > 32 || (network & ((1L << (32 - length)) - 1)) != 0) {
      throw new IllegalArgumentException("%s: host bits are set".formatted(text));
    }
    return new Subnet(network, length);
  }

  /** The address number {@code n} of this prefix. */
  public String host(int n) {
    if (n <= 0 || n >= 1L << (32 - length)) {
      throw new IllegalArgumentException("%s has no address number %d".formatted(this, n));
    }
    return dotted(network + n);
  }

  /** The part number {@code n} of this prefix, when it is cut into parts of that length. */
  public Subnet part(int n, int partLength) {
    long network = this.network + ((long) n << (32 - partLength));
    if (partLength < length || n < 0 || n >= 1L << (partLength - length)) {
      throw new IllegalArgumentException(
          "%s has no part number %d of length %d".formatted(this, n, partLength));
    }
    return new Subnet(network, partLength);
  }

  @JsonValue
  @Override
  public String toString() {
    return dotted(network) + "/" + length;
  }

  private static String dotted(long address) {
    return "%d.%d.%d.%d"
        .formatted(address >> 24 & 0xff, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
  }
}
