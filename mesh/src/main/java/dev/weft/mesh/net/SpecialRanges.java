package dev.weft.mesh.net;

import dev.weft.api.v1alpha1.EndpointClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ranges with a meaning of their own (RFC 6890 and its successors in the IANA registries). */
public final class SpecialRanges {
  /** IPv4 in the shape of IPv6; never on a wire. */
  private static final Prefix MAPPED =
      new Prefix(new IpAddress(Family.IPV6, 0, 0xffff_0000_0000L), 96);

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

  /**
   * Where clouds answer their machines about themselves, outside of {@link #UNUSABLE}: Alibaba,
   * Azure; AWS (metadata, DNS, time, credentials of pods), Google, Oracle.
   */
  private static final List<Prefix> METADATA =
      prefixes(
          "100.100.100.200/32",
          "168.63.129.16/32",
          "fd00:ec2::/32",
          "fd20:ce::254/128",
          "fd00:c1::a9fe:a9fe/128");

  /** What an exit opens only to who names it: {@link #UNUSABLE} and the metadata services. */
  public static final List<Prefix> SPECIAL =
      Stream.of(
              prefixes("169.254.169.254/32"),
              METADATA,
              UNUSABLE.stream().filter(p -> !p.equals(MAPPED)).toList())
          .flatMap(List::stream)
          .toList();

  /**
   * What is not the internet: {@link #PRIVATE}, {@link #SPECIAL}, protocol assignments
   * (192.0.0.0/24, where a cloud has its metadata, too), site-local IPv6, and the IPv4 ranges among
   * them as a NAT64 has them (RFC 6052, RFC 8215).
   */
  public static final List<Prefix> NOT_THE_INTERNET = notTheInternet();

  private SpecialRanges() {}

  private static List<Prefix> notTheInternet() {
    var ranges = new ArrayList<>(PRIVATE);
    ranges.addAll(SPECIAL);
    ranges.addAll(prefixes("192.0.0.0/24", "fec0::/10", "64:ff9b:1::/48"));
    var translated = IpAddress.parse("64:ff9b::");
    for (var range : List.copyOf(ranges)) {
      if (range.family() == Family.IPV4) {
        var address =
            new IpAddress(Family.IPV6, translated.high(), translated.low() | range.address().low());
        ranges.add(new Prefix(address, 96 + range.length()));
      }
    }
    return List.copyOf(ranges);
  }

  /**
   * What makes a prefix one that no node, location or Peer can have, for a message; empty: nothing.
   * A wide prefix that contains such a range is no better than one inside it.
   */
  public static Optional<String> reserved(Prefix prefix) {
    for (var range : UNUSABLE) {
      if (range.overlaps(prefix)) {
        return Optional.of(
            "holds addresses of %s: loopback, link-local, multicast and reserved ranges belong to no node, location or peer"
                .formatted(range));
      }
    }
    for (var range : METADATA) {
      if (range.overlaps(prefix)) {
        return Optional.of(
            "holds %s, a service address of clouds that every machine must keep reaching"
                .formatted(range.isHost() ? range.address() : range));
      }
    }
    return Optional.empty();
  }

  /** The same of one address. */
  public static Optional<String> reserved(IpAddress address) {
    return reserved(Prefix.host(address));
  }

  private static List<Prefix> prefixes(String... texts) {
    // ::ffff:0:0 can't be parsed by the JDK as IPv6: it is turned into IPv4.
    return Stream.of(texts).map(t -> t.equals("::ffff:0:0/96") ? MAPPED : Prefix.parse(t)).toList();
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
