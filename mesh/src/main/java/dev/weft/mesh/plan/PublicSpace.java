package dev.weft.mesh.plan;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;

/**
 * How much of the public address space the Peers of a mesh hold together. Many small prefixes are
 * as good as one default route for taking traffic over, so their sum is limited: to a quarter of
 * IPv4, and to a quarter of what IPv6 has assigned (2000::/3).
 */
final class PublicSpace {
  static final String EXCEEDED =
      " and what the peers of the mesh hold of the public address space make more than a quarter of"
          + " it together; give the prefixes that are behind the peer";

  private static final double MOST_IPV4 = Math.pow(2, 30);
  private static final double MOST_IPV6 = Math.pow(2, 123);

  private double ipv4;
  private double ipv6;

  PublicSpace() {}

  PublicSpace(PublicSpace other) {
    this.ipv4 = other.ipv4;
    this.ipv6 = other.ipv6;
  }

  /** Adds a prefix unless the sum would be too large then; a private one is always added. */
  boolean add(Prefix prefix) {
    if (SpecialRanges.PRIVATE.stream().anyMatch(p -> p.contains(prefix))) {
      return true;
    }
    double size = Math.pow(2, prefix.family().bits() - prefix.length());
    boolean isIpv4 = prefix.family() == Family.IPV4;
    if ((isIpv4 ? ipv4 : ipv6) + size > (isIpv4 ? MOST_IPV4 : MOST_IPV6)) {
      return false;
    }
    if (isIpv4) {
      ipv4 += size;
    } else {
      ipv6 += size;
    }
    return true;
  }
}
