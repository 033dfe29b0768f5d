package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.view.MeshPeer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ViewKeeperTest {
  private static final PublishedMesh THREE = Published.mesh("a", "b", "c");

  @Test
  void checkpointIsActedOnButNotConfirmed() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(ApiState.NOTHING);
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
    assertFalse(keeper.confirmed());
    assertEquals("FromCheckpoint", keeper.finding().reason());
  }

  @Test
  void apiServerConfirms() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.listed(THREE, 3));
    assertTrue(keeper.confirmed());
    assertEquals("Accepted", keeper.finding().reason());
  }

  @Test
  void heldViewIsNoLongerConfirmedAndRecovers() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.listed(THREE, 3));
    keeper.take(Published.withoutMesh(Published.listed(THREE, 3), Set.of()));
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
    assertFalse(keeper.confirmed());
    assertFalse(keeper.finding().good());
    keeper.take(Published.listed(THREE, 3));
    assertTrue(keeper.confirmed());
    assertTrue(keeper.finding().good());
  }

  @Test
  void deletedMeshLeavesNothing() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.withoutMesh(Published.listed(THREE, 3), Set.of("main")));
    assertEquals(Optional.empty(), keeper.accepted());
  }

  @Test
  void lossOfTheApiServerKeepsTheConfirmedView() {
    var keeper = new ViewKeeper("a", Optional.empty());
    keeper.take(Published.listed(THREE, 3));
    keeper.take(ApiState.NOTHING);
    assertTrue(keeper.confirmed());
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
  }

  @Test
  void aViewThatLosesTheApiServerIsGivenUpAndSaid() {
    var four = Published.mesh("a", "b", "c", "d");
    var keeper = new ViewKeeper("a", Optional.empty());
    keeper.heed(new ApiContact(10, 10, false));
    keeper.take(Published.listed(THREE, 3));
    keeper.heed(new ApiContact(100, 99, false));
    keeper.take(Published.listed(four, 4));
    assertEquals(Optional.of(four), keeper.accepted().map(AcceptedView::published));
    assertEquals(Optional.of(THREE), keeper.proven(), "a restart begins with what saw an answer");
    assertTrue(keeper.heed(new ApiContact(145, 99, true)));
    keeper.take(Published.listed(four, 4));
    assertEquals(Optional.of(THREE), keeper.accepted().map(AcceptedView::published));
    assertTrue(keeper.confirmed(), "what the new view added is removed again");
    assertFalse(keeper.finding().good());
    assertEquals("ApiServerLost", keeper.finding().reason());
    keeper.heed(new ApiContact(150, 150, false));
    keeper.take(Published.listed(four, 4));
    assertEquals(Optional.of(THREE), keeper.accepted().map(AcceptedView::published));
    assertEquals("ApiServerLost", keeper.finding().reason());
    keeper.take(Published.listed(THREE, 3));
    assertTrue(keeper.finding().good(), "the operator took it back");
  }

  @Test
  void unreadableOwnNodeKeepsTheLastView() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    var nodes = new TreeMap<>(THREE.nodes());
    var own = Published.node("main", "a", 1);
    nodes.put(
        "a",
        new WireGuardNodeSpec(
            own.mesh(),
            own.location(),
            own.role(),
            false,
            null,
            own.draining(),
            false,
            List.of("not an address"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of()));
    var broken = new PublishedMesh("main", THREE.effective(), nodes, THREE.peers());
    keeper.take(Published.listed(broken, 3));
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
    assertEquals("Unreadable", keeper.finding().reason());
  }

  @Test
  void expiredPeersAreLeftOutInTime() {
    var view = AcceptedView.read(THREE);
    long at = view.view().peers().getFirst().expiresAtEpochSecond();
    assertEquals(1, view.at(at - 1).peers().size());
    assertEquals(0, view.at(at).peers().size());
    assertEquals(at, view.nextExpiry(at - 1));
    assertEquals(Long.MAX_VALUE, view.nextExpiry(at));
  }

  @Test
  void aPeerIsRevokedAlsoWhileTheViewIsHeld() {
    var keeper = new ViewKeeper("a", Optional.of(Published.mesh("a", "b")));
    long now = 1_700_000_000;
    assertEquals(1, keeper.accepted().orElseThrow().at(now).peers().size());
    var nothing =
        new ApiState(
            true, Map.of(), Set.of(), Map.of(), Map.of(), Set.of(), Set.of(), Optional.empty());
    assertInstanceOf(Verdict.Hold.class, keeper.take(nothing));
    assertEquals(1, keeper.accepted().orElseThrow().at(now).peers().size(), "absence is no order");
    var revoked =
        new ApiState(
            true,
            Map.of(),
            Set.of(),
            Map.of(),
            Map.of(),
            Set.of("phone"),
            Set.of(),
            Optional.empty());
    assertInstanceOf(Verdict.Hold.class, keeper.take(revoked));
    var view = keeper.accepted().orElseThrow();
    assertEquals(0, view.at(now).peers().size());
    assertEquals(2, view.view().nodes().size());
    assertTrue(
        view.view().peers().stream().allMatch(p -> p.expiresAtEpochSecond() <= now),
        "its key must be known, so that it is taken off the device");
    assertInstanceOf(Verdict.Hold.class, keeper.take(nothing));
    assertEquals(0, keeper.accepted().orElseThrow().at(now).peers().size(), "for good");
  }

  private static PublishedMesh without(String peer, PublishedMesh mesh) {
    var peers = new TreeMap<>(mesh.peers());
    peers.remove(peer);
    return new PublishedMesh(mesh.mesh(), mesh.effective(), mesh.nodes(), peers);
  }

  private static final long NOW = 1_700_000_000;

  private static Set<String> inForce(ViewKeeper keeper) {
    return keeper.accepted().orElseThrow().at(NOW).peers().stream()
        .map(MeshPeer::name)
        .collect(Collectors.toSet());
  }

  /** Agents go back to a view that had the phone, and the API server still tells the other one. */
  private static ViewKeeper refusing(PublishedMesh fresh) {
    var keeper = new ViewKeeper("a", Optional.empty());
    keeper.heed(new ApiContact(10, 10, false));
    keeper.take(Published.listed(THREE, 3));
    keeper.heed(new ApiContact(100, 99, false));
    keeper.take(Published.listed(fresh, 4));
    assertTrue(keeper.heed(new ApiContact(145, 99, true)));
    return keeper;
  }

  @Test
  void aPeerThatTheRefusedViewRevokesStaysOffWhenTheOldOneIsBack() {
    var keeper = refusing(without("phone", Published.mesh("a", "b", "c", "d")));
    assertEquals(THREE.nodes(), keeper.accepted().orElseThrow().published().nodes());
    assertEquals(Set.of(), inForce(keeper), "going back brings no revoked Peer back");
    var saved = new ViewKeeper("a", keeper.proven());
    assertEquals(Set.of(), inForce(saved), "a restart begins without it");
  }

  @Test
  void aPeerIsRevokedWhileAViewIsRefused() {
    var four = Published.mesh("a", "b", "c", "d");
    var keeper = refusing(four);
    keeper.heed(new ApiContact(150, 150, false));
    keeper.take(Published.listed(four, 4));
    assertEquals(Set.of("phone"), inForce(keeper));
    keeper.take(Published.listed(without("phone", four), 4));
    assertEquals(Set.of(), inForce(keeper));
    assertEquals("a, b, c", String.join(", ", nodes(keeper)));
  }

  private static Set<String> nodes(ViewKeeper keeper) {
    return keeper.accepted().orElseThrow().published().nodes().keySet();
  }

  @Test
  void anotherKeyOrAnEarlierEndIsTakenOverWhileTheViewIsHeld() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.listed(THREE, 3));
    var sooner = Published.peer("main", "phone", 1, "2023-01-01T00:00:00Z");
    keeper.take(held(Map.of("phone", sooner), Set.of()));
    assertEquals("NodesVanished", keeper.finding().reason());
    assertEquals(Set.of(), inForce(keeper), "it has ended by now");

    var other = new ViewKeeper("a", Optional.of(THREE));
    other.take(held(Map.of("phone", Published.peer("main", "stolen", 1, null)), Set.of()));
    assertEquals(Set.of(), inForce(other), "the key of before is no longer the Peer's");
  }

  @Test
  void ofAPlannedMeshAPeerThatIsNotToldIsRevokedButNotOneThatWentWithItsCrd() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(held(Map.of(), Set.of("phone")));
    assertEquals("NodesVanished", keeper.finding().reason());
    assertEquals(Set.of("phone"), inForce(keeper));
    keeper.take(held(Map.of(), Set.of()));
    assertEquals(Set.of(), inForce(keeper));
  }

  @Test
  void aPeerIsRevokedAlsoWhileOtherKindsAreNotListed() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    assertInstanceOf(
        Verdict.Wait.class,
        keeper.take(
            new ApiState(
                false,
                Map.of(),
                Set.of(),
                Map.of(),
                Map.of(),
                Set.of("phone"),
                Set.of(),
                Optional.empty())));
    assertEquals(Set.of(), inForce(keeper));
  }

  @Test
  void theKeysOfPeersThatAreGoneSinceTheCheckpointAreKnownUntilTheyAreOffTheDevice() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    var key = keeper.accepted().orElseThrow().view().peers().getFirst().publicKey();
    keeper.take(Published.listed(without("phone", THREE), 3));
    assertEquals(Set.of(key), keeper.withdrawn());
    keeper.take(Published.listed(THREE, 3));
    assertEquals(Set.of(), keeper.withdrawn(), "it is there again");
    keeper.take(Published.listed(without("phone", THREE), 3));
    keeper.settled();
    assertEquals(Set.of(), keeper.withdrawn());
  }

  /** Two of three nodes have vanished. */
  private static ApiState held(Map<String, EffectivePeer> peers, Set<String> lost) {
    var told = Published.listed(Published.mesh("a"), 3);
    return new ApiState(
        true, told.meshes(), Set.of(), told.nodes(), peers, Set.of(), lost, told.podCIDRs());
  }
}
