package dev.weft.agent.reconcile;

import dev.weft.agent.probe.Target;
import dev.weft.agent.probe.Targets;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.view.AcceptedView;
import dev.weft.mesh.dataplane.ReachVector;
import java.util.ArrayList;
import java.util.Optional;

/** What a pass lets the prober look after. */
final class Watching {
  private Watching() {}

  static void follow(
      TunnelProber probes,
      Optional<AcceptedView> view,
      String nodeName,
      Egress egress,
      Outcome outcome,
      Optional<ReachVector> reach) {
    var tunnels = new ArrayList<Target>();
    var exits = new ArrayList<Target>();
    var near = new ArrayList<Target>();
    for (var desired : outcome.desired()) {
      view.map(AcceptedView::view)
          .ifPresent(
              v -> {
                tunnels.addAll(Targets.of(v, nodeName, desired));
                exits.addAll(Targets.exits(v, nodeName, egress.local(), desired));
                near.addAll(Targets.near(v, nodeName, desired));
              });
    }
    probes.follow(tunnels, exits, near);
    probes.reaches(reach);
  }
}
