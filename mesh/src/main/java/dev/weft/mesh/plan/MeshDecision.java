package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import java.util.List;

/**
 * What becomes of a WireGuardMesh.
 *
 * @param name metadata.name
 * @param effective to be in force; at most one; empty: the mesh never had an acceptable spec
 * @param problems of the mesh itself
 */
public record MeshDecision(String name, List<WireGuardMeshSpec> effective, List<Problem> problems) {
  public MeshDecision {
    effective = List.copyOf(effective);
    problems = List.copyOf(problems);
  }

  /** Whether the spec as written is in force. */
  public boolean accepted() {
    return problems.stream()
        .noneMatch(p -> p.severity() == Severity.ERROR && p.field().startsWith("spec"));
  }
}
