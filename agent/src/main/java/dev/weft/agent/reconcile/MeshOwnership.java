package dev.weft.agent.reconcile;

import dev.weft.agent.kernel.OwnedDevice;
import dev.weft.agent.kernel.Ownership;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import java.util.List;

/** What in a kernel belongs to a mesh, by its settings alone. Pure. */
public final class MeshOwnership {
  private MeshOwnership() {}

  /** The numbers and names under these settings. */
  public static Ownership of(WireGuardMeshSpec mesh) {
    var routing = mesh.routing();
    int table = routing.table();
    return new Ownership(
        routing.protocol(),
        routing.nextHopBase(),
        List.of(table, table + 1, table + 2),
        routing.rulePriority(),
        OwnedDevice.all(mesh.device().name(), routing.firewallMark()));
  }
}
