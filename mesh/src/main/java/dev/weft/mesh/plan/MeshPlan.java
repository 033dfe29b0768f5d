package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.MeshViewReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator publishes.
 *
 * @param meshes by name
 * @param nodes in the order to publish: new gateways before withdrawn ones, else by name
 * @param peers by name
 * @param replanAtEpochSecond when to plan anew even if nothing changes; 0: no need
 */
public record MeshPlan(
    List<MeshDecision> meshes,
    List<NodeDecision> nodes,
    List<PeerDecision> peers,
    long replanAtEpochSecond) {
  public MeshPlan {
    meshes = List.copyOf(meshes);
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
  }

  /**
   * What the agents of that mesh will read once this is published; empty if the mesh has no
   * effective spec.
   */
  public Optional<MeshView> view(String mesh) {
    Map<String, WireGuardNodeSpec> specs = new HashMap<>();
    nodes.forEach(n -> n.spec().forEach(s -> specs.put(n.name(), s)));
    Map<String, EffectivePeer> effective = new HashMap<>();
    peers.forEach(p -> p.effective().forEach(e -> effective.put(p.name(), e)));
    return meshes.stream()
        .filter(m -> m.name().equals(mesh))
        .flatMap(m -> m.effective().stream())
        .findFirst()
        .map(spec -> MeshViewReader.read(mesh, spec, specs, effective).view());
  }

  /** All problems. */
  public List<Problem> problems() {
    var all = new ArrayList<Problem>();
    meshes.forEach(m -> all.addAll(m.problems()));
    nodes.forEach(n -> all.addAll(n.problems()));
    peers.forEach(p -> all.addAll(p.problems()));
    return List.copyOf(all);
  }
}
