package dev.weft.agent.view;

import java.util.Optional;

/**
 * Decides whether what the API server holds may be acted on. Losing a mesh by accident (an etcd
 * restored empty, a CRD deleted, {@code kubectl delete} of too much) must not tear down the network
 * that its repair needs. Derived objects are no authority: WireGuardNodes that are missing stay in
 * the view until the mesh's status.nodes, which the operator counts from the Nodes, confirms it.
 * Only a WireGuardMesh that was deleted for itself takes the network down; one that went with its
 * CRD is held, and so are Peers that did. A Peer that was deleted for itself is never held. Pure.
 */
public final class ViewGate {
  private ViewGate() {}

  /**
   * The verdict.
   *
   * @param nodeName own node
   * @param last what was accepted last, from the API server or the checkpoint
   */
  public static Verdict judge(String nodeName, ApiState state, Optional<PublishedMesh> last) {
    if (!state.synced()) {
      return new Verdict.Wait("not all objects have been listed yet");
    }
    var own = state.nodes().get(nodeName);
    if (own != null) {
      return judgeMember(own.mesh(), state, last);
    }
    return last.isEmpty()
        ? new Verdict.Wait(
            "there is no WireGuardNode "
                + nodeName
                + " yet; the operator makes it once it has"
                + " planned this node")
        : judgeMissing(nodeName, last.get(), state);
  }

  private static Verdict judgeMember(String mesh, ApiState state, Optional<PublishedMesh> last) {
    var object = state.meshes().get(mesh);
    if (object == null) {
      return withoutMesh(mesh, state, last);
    }
    if (object.effective().isEmpty()) {
      var message = "WireGuardMesh " + mesh + " has no status.effective; the operator writes it";
      return last.isEmpty()
          ? new Verdict.Wait(message)
          : new Verdict.Hold("MeshNotEffective", message);
    }
    var shown = PublishedMesh.of(mesh, object.effective().get(), state);
    if (last.isEmpty() || !last.get().mesh().equals(mesh)) {
      return new Verdict.Accept(shown);
    }
    var candidate = shown.keepingPeers(last.get(), state.lostPeers());
    var before = last.get().nodes().keySet();
    long lost = before.stream().filter(n -> !candidate.nodes().containsKey(n)).count();
    if (lost == 0 || object.nodes() == candidate.nodes().size()) {
      return new Verdict.Accept(candidate);
    }
    if (lost * 2 > before.size()) {
      return new Verdict.Hold(
          "NodesVanished",
          "%d of %d nodes of WireGuardMesh %s vanished; held until its status.nodes (%s) confirms the %d that are left"
              .formatted(
                  lost,
                  before.size(),
                  mesh,
                  object.nodes() < 0 ? "absent" : object.nodes(),
                  candidate.nodes().size()));
    }
    // WireGuardNodes that were deleted by hand come back in a moment, and nothing must move for it.
    return new Verdict.Accept(candidate.keepingNodes(last.get()));
  }

  private static Verdict judgeMissing(String nodeName, PublishedMesh last, ApiState state) {
    var object = state.meshes().get(last.mesh());
    if (object == null) {
      return withoutMesh(last.mesh(), state, Optional.of(last));
    }
    long seen = state.nodes().values().stream().filter(n -> n.mesh().equals(last.mesh())).count();
    // No node at all is what a mesh looks like that was just created again.
    if (object.nodes() == seen && seen > 0) {
      return new Verdict.Leave(
          "WireGuardMesh %s counts %d nodes, and this is none of them"
              .formatted(last.mesh(), seen));
    }
    return new Verdict.Hold(
        "OwnNodeVanished",
        "WireGuardNode %s vanished, but WireGuardMesh %s counts %s nodes and %d are there; held until they agree"
            .formatted(nodeName, last.mesh(), object.nodes() < 0 ? "no" : object.nodes(), seen));
  }

  private static Verdict withoutMesh(String mesh, ApiState state, Optional<PublishedMesh> last) {
    if (state.deletedMeshes().contains(mesh)) {
      return new Verdict.Leave("WireGuardMesh " + mesh + " was deleted");
    }
    var message = "WireGuardMesh " + mesh + " is not there";
    return last.isEmpty()
        ? new Verdict.Wait(message)
        : new Verdict.Hold(
            "MeshVanished",
            message
                + " and was not seen to be deleted for itself; held. Create it again, or run weft-agent"
                + " --cleanup on the node");
  }
}
