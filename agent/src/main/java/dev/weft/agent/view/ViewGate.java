package dev.weft.agent.view;

import java.util.Optional;

/**
 * Decides whether what the API server tells may be acted on. Losing a mesh by accident (an etcd
 * restored empty, a CRD reinstalled, {@code kubectl delete} of too much) must not tear down the
 * network that its repair needs. Pure.
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
      return new Verdict.Wait("the API server has not told everything yet");
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
    var candidate = PublishedMesh.of(mesh, object.effective().get(), state);
    if (last.isPresent() && last.get().mesh().equals(mesh)) {
      var before = last.get().nodes().keySet();
      long lost = before.stream().filter(n -> !candidate.nodes().containsKey(n)).count();
      if (lost * 2 > before.size() && object.nodes() != candidate.nodes().size()) {
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
    }
    return new Verdict.Accept(candidate);
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
                + ", and nobody was seen deleting it; held. Create it again, or run weft-agent"
                + " --cleanup on the node");
  }
}
