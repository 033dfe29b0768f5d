package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.view.MeshViewReader;
import java.util.HashMap;
import java.util.Map;

/** What is published of a mesh already, as the agents read it. */
final class InForce {
  private InForce() {}

  /** The revision of it, which agents report once they have applied it; empty: nothing is. */
  static String revision(ClusterSnapshot snapshot, String mesh) {
    Map<String, WireGuardNodeSpec> nodes = new HashMap<>();
    snapshot.nodes().forEach(n -> n.published().forEach(s -> nodes.put(n.name(), s)));
    Map<String, EffectivePeer> peers = new HashMap<>();
    snapshot.peers().forEach(p -> p.effective().forEach(e -> peers.put(p.name(), e)));
    return snapshot.meshes().stream()
        .filter(m -> m.name().equals(mesh))
        .flatMap(m -> m.effective().stream())
        .findFirst()
        .map(spec -> MeshViewReader.read(mesh, spec, nodes, peers).view().revision())
        .orElse("");
  }
}
