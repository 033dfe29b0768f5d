package dev.weft.mesh.cluster;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import java.util.List;

/**
 * A node as its agent would program it.
 *
 * @param node as it is published
 * @param state what its agent would program; secrets are stand-ins
 * @param links of its underlay, as reported
 * @param names to show endpoints with
 */
public record PlannedNode(
    MeshNode node, DesiredState state, List<LinkFacts> links, EndpointNames names) {
  public PlannedNode {
    links = List.copyOf(links);
  }
}
