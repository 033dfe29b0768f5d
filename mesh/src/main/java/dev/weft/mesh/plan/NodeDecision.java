package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.problem.Problem;
import java.util.List;

/**
 * What becomes of a Node.
 *
 * @param name metadata.name
 * @param spec to be published as its WireGuardNode; at most one; empty: it belongs to no mesh
 * @param problems what was left out of it and why
 */
public record NodeDecision(String name, List<WireGuardNodeSpec> spec, List<Problem> problems) {
  public NodeDecision {
    spec = List.copyOf(spec);
    problems = List.copyOf(problems);
  }
}
