package dev.weft.mesh.walk;

import java.util.List;

/** How a walk ended. */
public sealed interface Outcome {
  /** What the reason begins with where a node refuses to let out what came by a tunnel. */
  String EXIT_REFUSES =
      "what comes by a tunnel it leads to no special address and no network of its own, and as an"
          + " exit to no private address: it drops what is for ";

  /** The nodes passed, first to last. */
  List<String> path();

  /** At the node that owns the destination. */
  record Delivered(List<String> path) implements Outcome {}

  /** Out of the mesh, into the network of the last node, by table main. */
  record Left(List<String> path) implements Outcome {}

  /** Nowhere: what refused it, at the last node. */
  record Dropped(List<String> path, String reason) implements Outcome {}
}
