package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which internal addresses of a node of another location may be called as a last resort (ADR 96).
 * Private addresses are many people's: what is on-link here, or a range of the own side, is never
 * the other node, so no stranger next door is called.
 */
final class InternalEndpointRule {
  private final boolean isOff;
  private final NodeFacts facts;
  private final List<Prefix> own;

  InternalEndpointRule(MeshView view, MeshNode self, NodeFacts facts) {
    this.isOff = view.mesh().spec().internalEndpoints() == InternalEndpoints.NEVER;
    this.facts = facts;
    this.own = OwnSide.ranges(view, self);
  }

  /** Addresses to call, as they are listed; of families that this node has. */
  List<IpAddress> of(MeshNode node) {
    return isOff
        ? List.of()
        : node.internalIPs().stream()
            .filter(a -> SpecialRanges.reserved(a).isEmpty())
            .filter(a -> networks().anyMatch(n -> n.family() == a.family()))
            .filter(a -> networks().noneMatch(n -> n.contains(a)))
            .filter(a -> own.stream().noneMatch(p -> p.contains(a)))
            .toList();
  }

  /** Of all links, engines' as well; a single address is one's own. */
  private Stream<Prefix> networks() {
    return facts.links().stream().flatMap(l -> l.addresses().stream()).map(a -> a.network());
  }
}
