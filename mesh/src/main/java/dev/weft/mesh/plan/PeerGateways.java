package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.problem.Quote;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The gateways that Peers are attached to, by location. */
final class PeerGateways {
  private final Map<String, String> nameByLocation = new TreeMap<>();
  private final Map<String, Boolean> callableByLocation = new TreeMap<>();

  void add(String node, WireGuardNodeSpec spec) {
    nameByLocation.put(spec.location(), node);
    callableByLocation.put(
        spec.location(), spec.devices().stream().anyMatch(d -> !d.endpoints().isEmpty()));
  }

  /** The gateway of a location; empty: it has none. */
  String of(String location) {
    return nameByLocation.getOrDefault(location, "");
  }

  /** Locations that have one. */
  Set<String> locations() {
    return nameByLocation.keySet();
  }

  /** Whether the Peer has somebody to be attached to, and one of the two can call the other. */
  void check(@Nullable String location, boolean hasEndpoint, Problems problems) {
    if (location != null && !nameByLocation.containsKey(location)) {
      problems.error(
          "spec.location",
          "NoSuchLocation",
          "%s has no gateway; locations that have one: %s"
              .formatted(Quote.of(location), String.join(", ", nameByLocation.keySet())));
      return;
    }
    boolean callable =
        location == null
            ? callableByLocation.containsValue(true)
            : callableByLocation.getOrDefault(location, false);
    if (!callable && !hasEndpoint && !nameByLocation.isEmpty()) {
      problems.warn(
          "spec.endpoint",
          "NobodyCanCall",
          "neither the peer nor %s has an endpoint; set spec.endpoint, or the annotation weft.dev/endpoint on a node that can be reached"
              .formatted(location == null ? "any gateway" : "gateway " + of(location)));
    }
  }
}
