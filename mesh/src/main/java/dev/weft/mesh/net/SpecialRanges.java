package dev.weft.mesh.net;

import dev.weft.api.v1alpha1.EndpointClass;
import java.util.List;
import java.util.stream.Stream;

/** Ranges with a meaning of their own (RFC 6890 and its successors in the IANA registries). */
public final class SpecialRanges {
  /** Of carriers, before their NAT (RFC 6598). */
  private static final Prefix SHARED_ADDRESS_SPACE = Prefix.parse("100.64.0.0/10");

  /** What a Node's internal addresses are by default: RFC 1918, RFC 6598, RFC 4193. */
  public static final List<Prefix> PRIVATE =
      Stream.concat(
              prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16").stream(),
              Stream.of(SHARED_ADDRESS_SPACE, Prefix.parse("fc00::/7")))
          .toList();

  /** What never belongs to one host or network: loopback, link-local, multicast, reserved. */
  public static final List<Prefix> UNUSABLE =
      prefixes(
          "0.0.0.0/8",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "224.0.0.0/3",
          "::/127",
          "fe80::/10",
          "ff00::/8",
          "::ffff:0:0/96");

  private SpecialRanges() {}

  private static List<Prefix> prefixes(String... texts) {
    // ::ffff:0:0 can't be parsed by the JDK as IPv6: it is turned into IPv4.
    return Stream.of(texts)
        .map(
            t ->
                t.equals("::ffff:0:0/96")
                    ? new Prefix(new IpAddress(Family.IPV6, 0, 0xffff_0000_0000L), 96)
                    : Prefix.parse(t))
        .toList();
  }

  /** The kind of address that an endpoint has. */
  public static EndpointClass classify(IpAddress address) {
    if (isGloballyRoutable(address)) {
      return EndpointClass.PUBLIC;
    }
    if (SHARED_ADDRESS_SPACE.contains(address)) {
      return EndpointClass.SHARED_ADDRESS_SPACE;
    }
    return PRIVATE.stream().anyMatch(p -> p.contains(address))
        ? EndpointClass.PRIVATE
        : EndpointClass.SPECIAL_PURPOSE;
  }

  static boolean isGloballyRoutable(IpAddress address) {
    return Stream.concat(PRIVATE.stream(), UNUSABLE.stream()).noneMatch(p -> p.contains(address));
  }
}
