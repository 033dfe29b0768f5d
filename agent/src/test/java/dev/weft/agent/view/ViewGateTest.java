package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewGateTest {
  private static final PublishedMesh FIVE = Published.mesh("a", "b", "c", "d", "e");

  private static Verdict judge(ApiState state, PublishedMesh last) {
    return ViewGate.judge("a", state, Optional.of(last));
  }

  private static String held(Verdict verdict) {
    return assertInstanceOf(Verdict.Hold.class, verdict).reason();
  }

  @Test
  void nothingIsDecidedBeforeAllIsTold() {
    var told = Published.listed(Published.mesh("a"), 1);
    var half =
        new ApiState(false, told.meshes(), Set.of(), told.nodes(), told.peers(), told.podCIDRs());
    assertInstanceOf(Verdict.Wait.class, judge(half, FIVE));
  }

  @Test
  void firstViewIsAccepted() {
    var verdict = ViewGate.judge("a", Published.listed(FIVE, 5), Optional.empty());
    assertEquals(FIVE, assertInstanceOf(Verdict.Accept.class, verdict).published());
  }

  @Test
  void nodeThatIsNotPlannedYetWaits() {
    var others = Published.listed(Published.mesh("b", "c"), 2);
    assertInstanceOf(Verdict.Wait.class, ViewGate.judge("a", others, Optional.empty()));
  }

  @Test
  void halfOfTheNodesMayGo() {
    var three = Published.mesh("a", "b", "c");
    var verdict = assertInstanceOf(Verdict.Accept.class, judge(Published.listed(three, 3), FIVE));
    assertEquals(three, verdict.published());
  }

  /** The rule is "more than half": two of four stay in the view, and nothing is held. */
  @Test
  void exactlyHalfOfTheNodesIsNotHeld() {
    var four = Published.mesh("a", "b", "c", "d");
    var verdict = judge(Published.listed(Published.mesh("a", "b"), 4), four);
    assertEquals(four, assertInstanceOf(Verdict.Accept.class, verdict).published());
  }

  /** As while {@code kubectl delete wgn --all} runs: nothing changes until the operator says so. */
  @Test
  void nodesThatVanishStayInTheViewUntilTheOperatorCountsThemSo() {
    var three = Published.mesh("a", "b", "c");
    var verdict = assertInstanceOf(Verdict.Accept.class, judge(Published.listed(three, 5), FIVE));
    assertEquals(FIVE, verdict.published());
  }

  @Test
  void aNodeThatTookTheVanishedOnesPlaceReplacesIt() {
    var nodes = new java.util.TreeMap<>(FIVE.nodes());
    nodes.put("z", java.util.Objects.requireNonNull(nodes.remove("e")));
    var renamed = new PublishedMesh("main", FIVE.effective(), nodes, FIVE.peers());
    var verdict = assertInstanceOf(Verdict.Accept.class, judge(Published.listed(renamed, 6), FIVE));
    assertEquals(renamed, verdict.published());
  }

  private static ApiState withoutPeers(Set<String> revoked, Set<String> lost) {
    var told = Published.listed(FIVE, 5);
    return new ApiState(
        true, told.meshes(), Set.of(), told.nodes(), Map.of(), revoked, lost, told.podCIDRs());
  }

  @Test
  void aPeerThatWentWithItsCrdStaysAndOneThatWasDeletedGoes() {
    var lost = judge(withoutPeers(Set.of(), Set.of("phone")), FIVE);
    assertEquals(FIVE, assertInstanceOf(Verdict.Accept.class, lost).published());
    var revoked = judge(withoutPeers(Set.of("phone"), Set.of()), FIVE);
    assertEquals(Map.of(), assertInstanceOf(Verdict.Accept.class, revoked).published().peers());
  }

  @Test
  void moreThanHalfAreHeldUntilTheOperatorCountsThemSo() {
    var two = Published.mesh("a", "b");
    assertEquals("NodesVanished", held(judge(Published.listed(two, 5), FIVE)));
    assertEquals("NodesVanished", held(judge(Published.listed(two, -1), FIVE)));
    assertInstanceOf(Verdict.Accept.class, judge(Published.listed(two, 2), FIVE));
  }

  @Test
  void replacedNodesCountAsGone() {
    var renamed = Published.mesh("a", "v", "w", "x", "y", "z");
    assertEquals("NodesVanished", held(judge(Published.listed(renamed, 5), FIVE)));
  }

  @Test
  void ownNodeMissingIsHeldUntilTheOperatorConfirms() {
    var others = Published.mesh("b", "c", "d", "e");
    assertEquals("OwnNodeVanished", held(judge(Published.listed(others, 5), FIVE)));
    assertInstanceOf(Verdict.Leave.class, judge(Published.listed(others, 4), FIVE));
  }

  @Test
  void allNodesDeletedByHandAreHeld() {
    assertEquals("OwnNodeVanished", held(judge(Published.listed(Published.mesh(), 5), FIVE)));
  }

  @Test
  void meshCreatedAgainWithoutNodesIsHeld() {
    assertEquals("OwnNodeVanished", held(judge(Published.listed(Published.mesh(), 0), FIVE)));
  }

  @Test
  void meshThatVanishedIsHeldAndToldHowToGoOn() {
    var gone = Published.withoutMesh(Published.listed(FIVE, 5), Set.of());
    var hold = assertInstanceOf(Verdict.Hold.class, judge(gone, FIVE));
    assertEquals("MeshVanished", hold.reason());
    assertTrue(hold.message().contains("--cleanup"), hold.message());
  }

  @Test
  void emptyApiServerIsHeld() {
    var empty = new ApiState(true, Map.of(), Set.of(), Map.of(), Map.of(), Optional.empty());
    assertEquals("MeshVanished", held(judge(empty, FIVE)));
  }

  @Test
  void meshSeenToBeDeletedIsLeft() {
    var deleted = Published.withoutMesh(Published.listed(FIVE, 5), Set.of("main"));
    assertInstanceOf(Verdict.Leave.class, judge(deleted, FIVE));
  }

  @Test
  void meshWithoutEffectiveSpecIsHeld() {
    var told = Published.listed(FIVE, 5);
    var bare = new MeshObject(WireGuardMeshSpec.DEFAULT, Optional.empty(), -1);
    var state =
        new ApiState(
            true, Map.of("main", bare), Set.of(), told.nodes(), told.peers(), told.podCIDRs());
    assertEquals("MeshNotEffective", held(judge(state, FIVE)));
    assertInstanceOf(Verdict.Wait.class, ViewGate.judge("a", state, Optional.empty()));
  }

  @Test
  void nodeMayMoveToAnotherMesh() {
    var two = Published.mesh("a", "b");
    var moved = new PublishedMesh("old", WireGuardMeshSpec.DEFAULT, FIVE.nodes(), FIVE.peers());
    assertInstanceOf(Verdict.Accept.class, judge(Published.listed(two, 2), moved));
  }

  @Test
  void otherMeshesObjectsStayOut() {
    var told = Published.listed(FIVE, 5);
    var nodes = new java.util.TreeMap<>(told.nodes());
    nodes.put("x", Published.node("other", "x", 77));
    var state = new ApiState(true, told.meshes(), Set.of(), nodes, told.peers(), told.podCIDRs());
    assertEquals(FIVE, assertInstanceOf(Verdict.Accept.class, judge(state, FIVE)).published());
  }
}
