package dev.weft.mesh.plan;

import dev.weft.mesh.snapshot.ClusterSnapshot;
import java.util.List;

/** From what the operator has read to what it publishes. */
public final class MeshPlanner {
  private MeshPlanner() {}

  /** Plans all meshes. Independent of the order of the snapshot's lists. */
  public static MeshPlan plan(ClusterSnapshot snapshot) {
    return new MeshPlan(List.of(), List.of(), List.of());
  }
}
