package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.problem.Problem;
import java.util.List;
import java.util.Set;

/**
 * What the operator would have to leave out of the objects as they are: duplicate keys, overlapping
 * prefixes, names that don't resolve, and all else that it vets. The reason is the fault's name.
 */
final class ObjectChecks {
  /** Said on purpose, or on the way. */
  private static final Set<String> NO_FAULTS =
      Set.of("Disabled", "KeyPending", "AssumedMesh", "NoSuccessor", "Draining");

  private ObjectChecks() {}

  static void check(ClusterState state, List<Fault> faults) {
    for (var problem : MeshPlanner.plan(state.snapshot()).problems()) {
      if (!NO_FAULTS.contains(problem.reason())
          && !isAgentless(state, problem)
          && !isSaidOfNodes(problem)) {
        faults.add(Fault.of(problem));
      }
    }
    // What the operator alone can see: it resolves names where it runs.
    state
        .peers()
        .forEach(
            (name, status) ->
                status.conditions().stream()
                    .filter(c -> c.getType().equals("Accepted"))
                    .filter(c -> c.getMessage().contains("does not resolve"))
                    .forEach(
                        c ->
                            faults.add(
                                new Fault(
                                    "EndpointUnresolved",
                                    "Peer/" + name,
                                    c.getMessage(),
                                    "kubectl edit wgp " + name))));
  }

  /** The mesh's condition names the nodes, of which the same is said. */
  private static boolean isSaidOfNodes(Problem problem) {
    return problem.reason().equals("SameEndpoint") && problem.kind().equals("WireGuardMesh");
  }

  /** A node without a report has no key either; that is said once. */
  private static boolean isAgentless(ClusterState state, Problem problem) {
    return problem.reason().equals("NoKey") && state.report(problem.name()).isEmpty();
  }
}
