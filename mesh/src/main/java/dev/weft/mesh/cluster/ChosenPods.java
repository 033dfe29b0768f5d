package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.egress.EgressChoice;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.egress.LocalPod;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which pods of each node leave the cluster elsewhere, by the agents' own choice. */
final class ChosenPods {
  private final ClusterState state;
  private final MeshView view;
  private final List<EgressRule> rules;

  ChosenPods(ClusterState state, MeshView view) {
    this.state = state;
    this.view = view;
    this.rules = view.mesh().spec().egress();
  }

  /** What is known at each node; empty where the mesh has no rules. */
  Map<String, LocalEgress> byNode() {
    Map<String, LocalEgress> egress = new HashMap<>();
    if (rules.isEmpty()) {
      return egress;
    }
    var topology = new Topology(view);
    for (var node : view.nodes()) {
      var chosen = EgressChoice.choose(node.name(), rules, pods(node.name()), state.namespaces());
      egress.put(node.name(), chosen.withSilentExits(silent(node, topology)));
    }
    return egress;
  }

  private List<LocalPod> pods(String node) {
    return state.pods().stream()
        .filter(p -> p.node().equals(node) && !p.hostNetwork() && !p.addresses().isEmpty())
        .map(p -> new LocalPod(p.namespace(), p.name(), p.labels(), p.addresses()))
        .toList();
  }

  /** Of exits that are no neighbours in the mesh, agents tell nothing. */
  private Set<String> silent(MeshNode node, Topology topology) {
    return rules.stream()
        .flatMap(r -> topology.gateway(r.location()).stream())
        .filter(g -> state.isSilent(node, g))
        .map(g -> g.name())
        .collect(Collectors.toSet());
  }
}
