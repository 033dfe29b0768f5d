package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import java.util.Map;

/** To which mesh a WireGuardNode belongs: by name and, since a name can be used again, by uid. */
public final class Ownership {
  private Ownership() {}

  /** Whether its mesh exists and is the very one it was published for. */
  public static boolean isCurrent(WireGuardNode node, Map<String, WireGuardMesh> meshes) {
    var mesh = node.getSpec() == null ? null : meshes.get(node.getSpec().mesh());
    return mesh != null
        && node.getMetadata().getOwnerReferences().stream()
            .filter(owner -> "WireGuardMesh".equals(owner.getKind()))
            .allMatch(owner -> mesh.getMetadata().getUid().equals(owner.getUid()));
  }
}
