package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import java.util.ArrayList;
import java.util.List;

/** All checks. */
public final class Diagnosis {
  private Diagnosis() {}

  /**
   * What is wrong, sorted; empty: nothing that can be seen.
   *
   * @param hosts facts of the node that the command runs on; at most one
   */
  public static List<Fault> of(ClusterState state, List<HostFacts> hosts) {
    var faults = new ArrayList<Fault>();
    ControlPlaneChecks.check(state, faults);
    ObjectChecks.check(state, faults);
    AgentChecks.check(state, faults);
    for (var view : state.views()) {
      NetworkChecks.check(state, view, faults);
      PeerChecks.check(state, view, faults);
      TunnelChecks.check(state, view, faults);
      hosts.forEach(h -> HostChecks.check(h, view, faults));
    }
    return faults.stream().distinct().sorted().toList();
  }
}
