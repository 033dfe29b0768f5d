package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.diagnose.HostChecks.Report;
import dev.weft.mesh.view.MeshView;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the node's configuration is in its kernel. */
final class DataplaneChecks {
  private static final int NAMED = 3;
  private static final String FIX = "is the agent running? curl -s http://127.0.0.1:9586/readyz";

  private DataplaneChecks() {}

  static void check(HostFacts host, MeshView view, PlannedNode plan, Report report) {
    boolean isDeviceMissing = false;
    for (var device : plan.state().devices()) {
      if (host.links().contains(device.name())) {
        peers(host, view, device, report);
      } else {
        isDeviceMissing = true;
        report.add("DeviceMissing", "there is no WireGuard device " + device.name(), FIX);
      }
    }
    if (!isDeviceMissing) {
      routes(host, plan, report); // those into a device that is missing went with it
    }
  }

  private static void peers(HostFacts host, MeshView view, DesiredDevice device, Report report) {
    var known = host.dataplane().peers().get(device.name());
    if (known == null) {
      return;
    }
    var missing =
        device.peers().stream()
            .map(p -> p.publicKey().text())
            .filter(k -> !leftOut(view, report).contains(k))
            .filter(k -> !known.containsKey(k))
            .findFirst();
    missing.ifPresent(
        key ->
            report.add(
                "WireGuardPeerMissing",
                "%s has not the WireGuard peer %s".formatted(device.name(), key),
                FIX));
  }

  private static void routes(HostFacts host, PlannedNode plan, Report report) {
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
