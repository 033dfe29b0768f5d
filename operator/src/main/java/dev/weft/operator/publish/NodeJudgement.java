package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.mesh.plan.MeshPlan;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.view.MeshView;
import dev.weft.operator.observe.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Judges all nodes of all meshes; remembers since when each has been behind. */
final class NodeJudgement {
  private final Readiness readiness = new Readiness();

  /** When the next grace ends. */
  Duration next(long now) {
    return readiness.next(now);
  }

  /** What is to be said of each published node; those that are given time keep what they had. */
  Map<String, WireGuardNodeStatus> statuses(
      Observation seen, MeshPlan plan, Map<String, MeshView> views, long now) {
    var revisions = new HashMap<String, String>();
    views.forEach((mesh, view) -> revisions.put(mesh, view.revision()));
    var statuses = new TreeMap<String, WireGuardNodeStatus>();
    var names = new HashSet<String>();
    for (var decision : plan.nodes()) {
      var node = seen.wireGuardNodes().get(decision.name());
      if (node == null || decision.spec().isEmpty()) {
        continue;
      }
      var spec = decision.spec().getFirst();
      var report = seen.reports().get(decision.name());
      var revision = revisions.getOrDefault(spec.mesh(), "");
      var behind = report == null || !revision.equals(report.getSpec().appliedRevision());
      names.add(decision.name());
      NodeStatuses.of(
              node,
              spec,
              decision,
              report,
              seen.liveness().getOrDefault(decision.name(), Liveness.UNKNOWN),
              revision,
              readiness.isPatientWith(decision.name(), behind, now),
              seen.at())
          .ifPresent(status -> statuses.put(decision.name(), status));
    }
    readiness.retain(names);
    return statuses;
  }

  /** The nodes that are ready by these statuses. */
  static Set<String> ready(Observation seen, Map<String, WireGuardNodeStatus> statuses) {
    var ready = new HashSet<String>();
    statuses.forEach(
        (name, status) -> {
          if (Conditions.isTrue(status.conditions(), "Ready")) {
            ready.add(name);
          }
        });
    ready.retainAll(seen.wireGuardNodes().keySet());
    return ready;
  }
}
