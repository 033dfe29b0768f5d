package dev.weft.mesh.cluster;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.walk.WalkNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A node as its agent would program it.
 *
 * @param node as it is published
 * @param state what its agent would program; secrets are stand-ins
 * @param links of its underlay, as reported
 * @param names to show endpoints with
 * @param besideCni whether another CNI carries packets among the pods of its location
 * @param chosenPods pods of it that egress rules chose, as far as its pods are known
 */
public record PlannedNode(
    MeshNode node,
    DesiredState state,
    List<LinkFacts> links,
    EndpointNames names,
    boolean besideCni,
    List<EgressPod> chosenPods) {
  /** IPv4 20, UDP 8, WireGuard 32 bytes. */
  public static final int OVERHEAD = 60;

  public PlannedNode {
    links = List.copyOf(links);
    chosenPods = List.copyOf(chosenPods);
  }

  /** The same to walk through; a location stands for its network. */
  public WalkNode walkNode() {
    return new WalkNode(node.name(), node.location(), state, links, besideCni);
  }

  /** The narrowest link below its tunnels; others' links may be as narrow as they like. */
  public Optional<LinkFacts> narrowest() {
    return links.stream()
        .filter(l -> l.addresses().stream().anyMatch(a -> node.internalIPs().contains(a.address())))
        .min(Comparator.comparingInt(LinkFacts::mtu));
  }

  /** The link below, if a tunnel's packets don't fit into it. */
  public Optional<LinkFacts> tooNarrow() {
    int needed = state.widestDevice() + OVERHEAD;
    return narrowest().filter(l -> l.mtu() < needed);
  }
}
