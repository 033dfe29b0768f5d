package dev.weft.cli.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import java.util.Locale;
import java.util.Optional;

/** What a Peer needs of a person: no field of it is written otherwise than before. */
final class PeerConversion {
  private PeerConversion() {}

  /**
   * Looks at a Peer.
   *
   * @param meshKnown whether its mesh is converted, too, and takes its prefixes in
   */
  static void check(ObjectNode peer, boolean meshKnown, Notes notes) {
    var name = Conversion.name(peer);
    var spec = peer.path("spec");
    if (spec.path("fullTunnel").asBoolean() && spec.path("location").asText().isEmpty()) {
      notes.decide(
          name,
          "spec.fullTunnel needs spec.location: the location whose gateway leads to the internet");
    }
    var host = spec.at("/endpoint/host").asText();
    unreachable(host)
        .ifPresent(why -> notes.decide(name, "spec.endpoint.host " + host + " " + why));
    for (var prefix : MeshConversion.ranges(spec.path("allowedIPs"))) {
      if (prefix.length() == 0) {
        notes.decide(
            name,
            "spec.allowedIPs holds %s, which no mesh allows: name the ranges behind the Peer; for its way to the internet write fullTunnel and location"
                .formatted(prefix));
      } else if (!meshKnown && !isPrivate(prefix)) {
        notes.decide(
            name,
            "spec.allowedIPs holds %s, which its mesh has to allow: give the mesh as well, or add it to spec.peerCIDRs"
                .formatted(prefix));
      }
    }
  }

  private static boolean isPrivate(Prefix prefix) {
    return SpecialRanges.PRIVATE.stream().anyMatch(r -> r.contains(prefix));
  }

  /** Why nobody else can call that host; empty: as far as is known, others can. */
  static Optional<String> unreachable(String host) {
    var text = host.toLowerCase(Locale.ROOT);
    boolean own = text.equals("localhost") || text.endsWith(".localhost");
    return own || isReserved(text)
        ? Optional.of("is no address that others can reach: give the one it is seen at")
        : Optional.empty();
  }

  private static boolean isReserved(String text) {
    try {
      return SpecialRanges.reserved(IpAddress.parse(text)).isPresent();
    } catch (IllegalArgumentException e) {
      return false; // a DNS name
    }
  }
}
