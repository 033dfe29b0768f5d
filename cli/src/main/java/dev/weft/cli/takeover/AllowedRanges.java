package dev.weft.cli.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ranges that the mesh has to allow so that all that Kilo routes now stays: Kilo asks nobody
 * what may be behind a location or a Peer, Weft allows what the mesh names.
 */
final class AllowedRanges {
  private static final int MOST = 64;

  private AllowedRanges() {}

  /** Writes the lists into the mesh's spec, and says what is in them. */
  static void write(ObjectNode spec, KiloCluster kilo, List<String> notes) {
    var locations = locations(kilo.nodes());
    if (!locations.isEmpty()) {
      list(spec, "allowedLocationCIDRs", locations, notes);
      notes.add(
          "spec.allowedLocationCIDRs is what nodes' annotations name now: %s; take out what no location is to have"
              .formatted(Successor.joined(locations)));
    }
    var peers = peers(kilo.peers());
    if (!peers.isEmpty()) {
      list(
          spec,
          "peerCIDRs",
          Stream.concat(WireGuardMeshSpec.DEFAULT.peerCIDRs().stream(), peers.stream()).toList(),
          notes);
      notes.add(
          "spec.peerCIDRs has %s besides private ranges, since Peers have them now; take out what no Peer is to have"
              .formatted(Successor.joined(peers)));
    }
  }

  private static void list(ObjectNode spec, String field, List<String> ranges, List<String> notes) {
    ranges.stream().limit(MOST).forEach(spec.putArray(field)::add);
    if (ranges.size() > MOST) {
      notes.add(
          "spec.%s takes %d ranges; left out: %s"
              .formatted(field, MOST, Successor.joined(ranges.subList(MOST, ranges.size()))));
    }
  }

  private static List<String> locations(List<JsonNode> nodes) {
    var found = new ArrayList<Prefix>();
    for (var node : nodes) {
      var annotations = node.at("/metadata/annotations");
      var own = annotations.path("weft.dev/location-cidrs").asText();
      var text =
          own.isEmpty()
              ? annotations.path(KiloCluster.ANNOTATION + "allowed-location-ips").asText()
              : own;
      Stream.of(text.split(",", -1)).flatMap(t -> range(t.strip()).stream()).forEach(found::add);
    }
    return Aggregation.of(found).stream().map(Prefix::toString).toList();
  }

  /** What Peers have outside of the ranges that every mesh lets Peers have. */
  private static List<String> peers(List<JsonNode> peers) {
    var allowed = WireGuardMeshSpec.DEFAULT.peerCIDRs().stream().map(Prefix::parse).toList();
    var found = new ArrayList<Prefix>();
    for (var peer : peers) {
      for (var text : peer.at("/spec/allowedIPs")) {
        range(text.asText())
            .filter(p -> allowed.stream().noneMatch(a -> a.contains(p)))
            .ifPresent(found::add);
      }
    }
    return Aggregation.of(found).stream().map(Prefix::toString).toList();
  }

  /** Kilo clears host bits; everything is no range that a mesh can allow. */
  private static Optional<Prefix> range(String text) {
    try {
      return Optional.of(Prefix.parseMasked(text)).filter(p -> p.length() > 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the plan says so
    }
  }
}
