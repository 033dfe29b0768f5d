package dev.weft.agent.view;

import dev.weft.agent.report.Finding;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.view.MeshPeer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The view that is acted on, and why. One thread. */
public final class ViewKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ViewKeeper.class);

  private final String nodeName;
  private Optional<AcceptedView> accepted = Optional.empty();
  private final Set<PublicKey> withdrawn = new HashSet<>();
  private boolean confirmed;
  private final DeadMan deadMan = new DeadMan();
  private ApiContact contact = ApiContact.NONE;
  private Finding finding =
      new Finding(Finding.VIEW_ACCEPTED, false, "Waiting", "nothing was heard yet");

  /** A keeper that starts from a checkpoint's objects. */
  public ViewKeeper(String nodeName, Optional<PublishedMesh> saved) {
    this.nodeName = nodeName;
    saved.ifPresent(this::adopt);
  }

  private void adopt(PublishedMesh saved) {
    try {
      var view = AcceptedView.read(saved);
      if (view.view().node(nodeName).isPresent()) {
        accepted = Optional.of(view);
        finding =
            new Finding(
                Finding.VIEW_ACCEPTED,
                true,
                "FromCheckpoint",
                "mesh %s with %d nodes, from the checkpoint until all objects are listed"
                    .formatted(saved.mesh(), saved.nodes().size()));
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("the checkpoint's mesh can't be read: {}; it is passed over", e.getMessage());
    }
  }

  /**
   * Looks whether the API server still answers under the view in force, and goes back to the one
   * before if it was lost with it; for before each {@link #take}.
   *
   * @return whether it went back just now
   */
  public boolean heed(ApiContact now) {
    contact = now;
    var other = deadMan.heed(now);
    if (other.isEmpty()) {
      return false;
    }
    var left = accepted.map(AcceptedView::revision).orElse("");
    accepted = Optional.of(AcceptedView.read(other.get()));
    boolean wentBack = deadMan.proven().isPresent();
    if (wentBack) {
      tell(
          new Finding(
              Finding.VIEW_ACCEPTED,
              false,
              "ApiServerLost",
              "the API server no longer answers since view %s came into force; went back to view %s, which stays until the API server has another"
                  .formatted(left, revision())));
    } else {
      LOG.warn(
          "view {} is in force again: the API server does not answer without it, either",
          revision());
      finding = current(accepted.get());
    }
    return wentBack;
  }

  /** The kernel is as the view in force wants it. */
  public void applied(ApiContact now) {
    deadMan.applied(now);
  }

  private String revision() {
    return accepted.map(AcceptedView::revision).orElse("");
  }

  /** Judges what the API server holds now. */
  public Verdict take(ApiState state) {
    var verdict = ViewGate.judge(nodeName, state, accepted.map(AcceptedView::published));
    switch (verdict) {
      case Verdict.Accept(var published) -> accept(published);
      case Verdict.Hold(var reason, var message) -> {
        confirmed = false;
        withdraw(state);
        tell(new Finding(Finding.VIEW_ACCEPTED, false, reason, message));
      }
      case Verdict.Leave(var message) -> {
        accepted = Optional.empty();
        confirmed = false;
        deadMan.reset();
        tell(new Finding(Finding.VIEW_ACCEPTED, true, "Left", message));
      }
      case Verdict.Wait(var message) -> {
        revoke(state.revokedPeers());
        if (accepted.isEmpty()) {
          tell(new Finding(Finding.VIEW_ACCEPTED, false, "Waiting", message));
        }
      }
    }
    return verdict;
  }

  /** Peers that were revoked go while all else is held or not known yet. */
  private void revoke(Set<String> peers) {
    accepted.ifPresent(view -> reduceTo(view.published().revoking(peers)));
  }

  /**
   * The same with all Peers that the API server holds. Of a mesh that the operator has planned, a
   * Peer that is not among them and did not go with its CRD is no longer in force.
   */
  private void withdraw(ApiState state) {
    revoke(state.revokedPeers());
    accepted
        .map(AcceptedView::published)
        .filter(p -> isPlanned(p.mesh(), state))
        .ifPresent(
            p -> {
              var peers = new HashMap<>(state.peers());
              state.lostPeers().forEach(name -> lost(p, name).ifPresent(l -> peers.put(name, l)));
              reduceTo(p.withdrawing(peers));
            });
  }

  private static Optional<EffectivePeer> lost(PublishedMesh in, String name) {
    return Optional.ofNullable(in.peers().get(name));
  }

  private static boolean isPlanned(String mesh, ApiState state) {
    var object = state.meshes().get(mesh);
    return object != null && object.effective().isPresent();
  }

  private void reduceTo(PublishedMesh less) {
    if (accepted.filter(view -> !view.published().equals(less)).isPresent()) {
      accepted = Optional.of(AcceptedView.read(less));
    }
  }

  private void accept(PublishedMesh published) {
    confirmed = true;
    var last = accepted;
    if (last.isPresent() && last.get().published().equals(published)) {
      tell(current(last.get()));
      return;
    }
    if (last.isPresent() && !deadMan.admits(published, contact)) {
      reduceTo(last.get().published().withdrawing(published.peers()));
      refuse(published);
      return;
    }
    try {
      var view = AcceptedView.read(published);
      if (view.view().node(nodeName).isEmpty()) {
        throw new IllegalArgumentException("WireGuardNode " + nodeName + " can't be read");
      }
      last.ifPresent(l -> deadMan.replaced(l.published(), published, contact));
      last.ifPresent(l -> withdrawn.addAll(peerKeys(l)));
      withdrawn.removeAll(allKeys(view));
      accepted = Optional.of(view);
      tell(current(view));
    } catch (IllegalArgumentException e) {
      confirmed = false;
      tell(new Finding(Finding.VIEW_ACCEPTED, false, "Unreadable", e.getMessage() + "; held"));
    }
  }

  /** The view in force is whole, so what is not in it may be removed. */
  private void refuse(PublishedMesh published) {
    if (finding.good() || !finding.reason().equals("ApiServerLost")) {
      tell(
          new Finding(
              Finding.VIEW_ACCEPTED,
              false,
              "ApiServerLost",
              "view %s cut this node off from the API server; view %s stays in force, and the other is tried again in %d min or when it differs: look for a Peer, location CIDR or pod range that covers the API server's address"
                  .formatted(
                      AcceptedView.read(published).revision(),
                      revision(),
                      (deadMan.retryIn(contact) + 59) / 60)));
    }
  }

  private static Set<PublicKey> peerKeys(AcceptedView view) {
    return view.view().peers().stream().map(MeshPeer::publicKey).collect(Collectors.toSet());
  }

  private static Set<PublicKey> allKeys(AcceptedView view) {
    var keys = new HashSet<>(peerKeys(view));
    view.view().nodes().stream()
        .flatMap(n -> n.devices().stream())
        .forEach(d -> keys.add(d.publicKey()));
    return keys;
  }

  /**
   * Keys of Peers that earlier views had and the one in force has not: they go even while other
   * inputs are not complete, and nothing else may be removed.
   */
  public Set<PublicKey> withdrawn() {
    return Set.copyOf(withdrawn);
  }

  /** The kernel has nothing left that the view in force lacks. */
  public void settled() {
    withdrawn.clear();
  }

  private static Finding current(AcceptedView view) {
    var message =
        "mesh %s with %d nodes and %d peers"
            .formatted(
                view.published().mesh(), view.view().nodes().size(), view.view().peers().size());
    return new Finding(Finding.VIEW_ACCEPTED, true, "Accepted", message);
  }

  private void tell(Finding now) {
    if (!now.equals(finding)) {
      finding = now;
      if (now.good() || now.beginning()) {
        LOG.info("view: {}: {}", now.reason(), now.message());
      } else {
        LOG.warn("view: {}: {}", now.reason(), now.message());
      }
    }
  }

  /** What is acted on; empty: nothing yet, or the node has left its mesh. */
  public Optional<AcceptedView> accepted() {
    return accepted;
  }

  /** What a restart is to begin with: the view in force, or the last one that saw an answer. */
  public Optional<PublishedMesh> proven() {
    return deadMan.proven().or(() -> accepted.map(AcceptedView::published));
  }

  /** Whether all of it has been listed, so that what is missing in it may be removed. */
  public boolean confirmed() {
    return confirmed;
  }

  public Finding finding() {
    return finding;
  }
}
