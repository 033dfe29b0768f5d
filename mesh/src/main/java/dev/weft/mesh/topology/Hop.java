package dev.weft.mesh.topology;

import dev.weft.mesh.view.MeshNode;

/** The first step from one node towards another, or towards what is behind it. */
public sealed interface Hop {
  /** Through a WireGuard tunnel to that node, which is the target or speaks for it. */
  record Tunnel(MeshNode speaker) implements Hop {}

  /** Within the location, without WireGuard, straight to the target. */
  record Neighbour(MeshNode node) implements Hop {}

  /** Within the location to the gateway, which knows the way on. */
  record OwnGateway(MeshNode gateway) implements Hop {}

  /** No way: no node speaks for the target, or for this node. */
  record None(String reason) implements Hop {}
}
