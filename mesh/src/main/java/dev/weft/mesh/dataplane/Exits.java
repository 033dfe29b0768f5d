package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The gateways by which pods and Peers of a mesh leave it for the internet. */
final class Exits {
  private final MeshView view;
  private final Topology topology;
  private final MeshNode self;

  Exits(MeshView view, Topology topology, MeshNode self) {
    this.view = view;
    this.topology = topology;
    this.self = self;
  }

  /** The rules in force; beside another CNI, that one decides how pods leave. */
  List<EgressRule> rules() {
    var spec = view.mesh().spec();
    return spec.besideOtherCni() ? List.of() : spec.egress();
  }

  /** The exit of a rule, as far as this node reaches it; itself, where it is the one. */
  Optional<MeshNode> of(EgressRule rule) {
    return topology
        .gateway(rule.location())
        .filter(g -> isSelf(g) || !(topology.hop(self, g) instanceof Hop.None));
  }

  boolean isSelf(MeshNode node) {
    return node.name().equals(self.name());
  }

  /** Whether pods of other nodes leave here. */
  boolean servesPods() {
    return rules().stream().anyMatch(r -> of(r).filter(this::isSelf).isPresent());
  }

  /** Nodes whose pods may leave here. */
  List<MeshNode> podNodes() {
    return servesPods() ? view.nodes().stream().filter(n -> !isSelf(n)).toList() : List.of();
  }

  /** What of others leaves the mesh here, with this node's address from then on. */
  List<Prefix> sources() {
    var peers =
        view.peers().stream()
            .filter(MeshPeer::fullTunnel)
            .filter(p -> topology.gateway(p.location()).filter(this::isSelf).isPresent())
            .flatMap(p -> p.allowedIPs().stream());
    return Stream.concat(peers, podNodes().stream().flatMap(n -> n.podCIDRs().stream())).toList();
  }
}
