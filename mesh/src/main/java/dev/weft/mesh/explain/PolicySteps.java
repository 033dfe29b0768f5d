package dev.weft.mesh.explain;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.PolicyState;
import dev.weft.mesh.explain.Step.Stage;
import java.util.ArrayList;
import java.util.List;

/** NetworkPolicies of both ends, for whatever enforces them. */
final class PolicySteps {
  private PolicySteps() {}

  static List<Step> of(ClusterState state, Place from, Place to) {
    var steps = new ArrayList<Step>();
    steps.addAll(end(state, from, to, false));
    steps.addAll(end(state, to, from, true));
    return steps;
  }

  private static List<Step> end(ClusterState state, Place pod, Place other, boolean ingress) {
    if (pod.pod().isEmpty() || pod.kind() != Place.Kind.POD) {
      return List.of();
    }
    var policies =
        state.policies().stream()
            .filter(p -> p.isAbout(pod.pod().getFirst()))
            .filter(p -> ingress ? p.limitsIngress() : p.limitsEgress())
            .toList();
    if (policies.isEmpty()) {
      return List.of();
    }
    var allowing = policies.stream().filter(p -> allows(p, state, other, ingress)).findFirst();
    var direction = ingress ? "ingress" : "egress";
    return List.of(
        allowing
            .map(
                p ->
                    Step.good(
                        Stage.POLICY,
                        pod.name(),
                        "NetworkPolicy %s allows the %s".formatted(p.name(), direction)))
            .orElseGet(
                () ->
                    Step.broken(
                        Stage.POLICY,
                        pod.name(),
                        "NetworkPolicy %s allows no %s %s %s"
                            .formatted(
                                policies.getFirst().name(),
                                direction,
                                ingress ? "from" : "to",
                                other.address()),
                        "add an %s rule for it: kubectl -n %s edit networkpolicy %s"
                            .formatted(
                                direction,
                                policies.getFirst().namespace(),
                                policies.getFirst().name()))));
  }

  private static boolean allows(
      PolicyState policy, ClusterState state, Place other, boolean ingress) {
    return policy.allows(
        ingress ? policy.ingress() : policy.egress(),
        other.address(),
        other.pod(),
        state.namespaces());
  }
}
