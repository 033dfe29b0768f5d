package dev.weft.mesh.walk;

import java.util.List;

/** How a walk ended. */
public sealed interface Outcome {
  /** The nodes passed, first to last. */
  List<String> path();

  /** At the node that owns the destination. */
  record Delivered(List<String> path) implements Outcome {}

  /** Out of the mesh, into the network of the last node, by table main. */
  record Left(List<String> path) implements Outcome {}

  /** Nowhere: what refused it, at the last node. */
  record Dropped(List<String> path, String reason) implements Outcome {}
}
