package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;

/** From what a node knows to what is wanted of its kernel. */
public final class DataplanePlanner {
  private DataplanePlanner() {}

  /**
   * Plans the node named in the facts.
   *
   * @throws IllegalArgumentException if the view has no such node
   */
  public static DesiredState plan(MeshView view, NodeFacts facts, NodeSecrets secrets) {
    throw new IllegalArgumentException("the view has no node " + facts.nodeName());
  }
}
