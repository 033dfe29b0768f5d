package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.api.v1alpha1.Masquerade;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** What stands in the way of egress rules; the rest of the mesh is as it is. */
final class EgressCheck {
  private EgressCheck() {}

  static List<Problem> check(String mesh, WireGuardMeshSpec spec, PeerGateways gateways) {
    var problems = new ArrayList<Problem>();
    for (int i = 0; i < spec.egress().size(); i++) {
      var rule = spec.egress().get(i);
      if (!gateways.locations().contains(rule.location())) {
        problems.add(
            warning(
                mesh,
                "spec.egress[" + i + "].location",
                "NoSuchLocation",
                "rule '%s': location '%s' has no gateway, so its pods %s; locations that have one: %s"
                    .formatted(
                        rule.name(),
                        rule.location(),
                        meanwhile(rule),
                        String.join(", ", gateways.locations()))));
      }
    }
    if (!spec.egress().isEmpty() && spec.masquerade() == Masquerade.DISABLED) {
      problems.add(
          warning(
              mesh,
              "spec.egress",
              "EgressNotMasqueraded",
              "with spec.masquerade Disabled, pods leave by their exit with their own addresses; set it to Auto, or translate them behind the exit"));
    }
    return problems;
  }

  private static String meanwhile(EgressRule rule) {
    return rule.whenAway() == EgressFallback.DROP
        ? "reach nothing outside the cluster"
        : "leave at their own nodes";
  }

  private static Problem warning(String mesh, String field, String reason, String message) {
    return Problem.warning("WireGuardMesh", mesh, field, reason, message);
  }
}
