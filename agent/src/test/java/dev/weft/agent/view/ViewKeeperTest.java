package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    keeper.take(Published.told(THREE, 3));
    assertTrue(keeper.confirmed());
    assertEquals("Accepted", keeper.finding().reason());
  }

  @Test
  void heldViewIsNoLongerConfirmedAndRecovers() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.told(THREE, 3));
    keeper.take(Published.withoutMesh(Published.told(THREE, 3), Set.of()));
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
    assertFalse(keeper.confirmed());
    assertFalse(keeper.finding().good());
    keeper.take(Published.told(THREE, 3));
    assertTrue(keeper.confirmed());
    assertTrue(keeper.finding().good());
  }

  @Test
  void deletedMeshLeavesNothing() {
    var keeper = new ViewKeeper("a", Optional.of(THREE));
    keeper.take(Published.withoutMesh(Published.told(THREE, 3), Set.of("main")));
    assertEquals(Optional.empty(), keeper.accepted());
  }

  @Test
  void lossOfTheApiServerKeepsTheConfirmedView() {
    var keeper = new ViewKeeper("a", Optional.empty());
    keeper.take(Published.told(THREE, 3));
    keeper.take(ApiState.NOTHING);
    assertTrue(keeper.confirmed());
    assertEquals(THREE, keeper.accepted().orElseThrow().published());
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
            List.of("not an address"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of()));
    var broken = new PublishedMesh("main", THREE.effective(), nodes, THREE.peers());
    keeper.take(Published.told(broken, 3));
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
}
