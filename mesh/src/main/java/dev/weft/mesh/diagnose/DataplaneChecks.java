package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.diagnose.HostChecks.Report;
import dev.weft.mesh.view.MeshView;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what the node was told is in its kernel. */
final class DataplaneChecks {
  private static final int NAMED = 3;
  private static final String FIX = "is the agent running? curl -s http://127.0.0.1:9586/readyz";

  private DataplaneChecks() {}

  static void check(HostFacts host, MeshView view, PlannedNode plan, Report report) {
    var device = plan.state().devices().getFirst();
    if (!host.links().contains(device.name())) {
      report.add("DeviceMissing", "there is no WireGuard device " + device.name(), FIX);
      return; // its peers and the routes into it went with it
    }
    if (host.dataplane().peersRead()) {
      var missing =
          device.peers().stream()
              .map(p -> p.publicKey().text())
              .filter(k -> !leftOut(view, report).contains(k))
              .filter(k -> !host.dataplane().peers().containsKey(k))
              .toList();
      if (!missing.isEmpty()) {
        report.add(
            "WireGuardPeerMissing",
            "%s has not the WireGuard peer %s".formatted(device.name(), missing.getFirst()),
            FIX);
      }
    }
    var missing =
        plan.state().routes().stream()
            .filter(r -> host.dataplane().routes().containsKey(r.table()))
            .filter(
                r ->
                    host.dataplane().routes().entrySet().stream()
                        .filter(e -> e.getKey() == r.table())
                        .noneMatch(e -> e.getValue().contains(r.destination())))
            .toList();
    if (!missing.isEmpty()) {
      var text =
          missing.stream()
              .limit(NAMED)
              .map(DesiredRoute::destination)
              .map(Object::toString)
              .collect(Collectors.joining(", "));
      report.add(
          "RoutesMissing",
          "table %d has no route to %s%s"
              .formatted(
                  missing.getFirst().table(),
                  text,
                  missing.size() > NAMED ? " and %d more".formatted(missing.size() - NAMED) : ""),
          FIX);
    }
  }

  /** Keys of Peers that no agent gives to its kernel, for their preshared key is not there. */
  private static Set<String> leftOut(MeshView view, Report report) {
    return view.peers().stream()
        .filter(p -> report.has("PresharedKeySecretMissing", "Peer/" + p.name()))
        .map(p -> p.publicKey().text())
        .collect(Collectors.toSet());
  }
}
