package dev.weft.cli.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The confirmation without which the chart's admission policy {@code weft-mesh-deletion} refuses to
 * delete a WireGuardMesh.
 */
public final class MeshDeletion {
  /** Annotation of a WireGuardMesh; its value is the mesh's name. */
  private static final String ANNOTATION = "weft.dev/confirm-deletion";

  private MeshDeletion() {}

  /** A merge patch (RFC 7386) that confirms. */
  public static ObjectNode confirmation(String mesh) {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").putObject("annotations").put(ANNOTATION, mesh);
    return patch;
  }
}
