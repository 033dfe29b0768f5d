package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weft.mesh.net.Family;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A gateway A1 with two lanes to location b, and its fellow gateway A2. */
class LaneGroupsTest {
  private static final LaneGroup GATEWAYS = group(Map.of(16L, "b1", 18L, "b2"), Map.of(258L, "a2"));
  private static final LaneGroup MEMBERS = group(Map.of(), Map.of(256L, "a1", 258L, "a2"));

  private static final Map<String, Set<String>> NONE = Map.of();

  private static LaneGroup group(Map<Long, String> lanes, Map<Long, String> spares) {
    return new LaneGroup(
        1, Family.IPV4, "b", new TreeMap<>(lanes), new TreeMap<>(spares), Set.of(), false);
  }

  private static LaneHealth health(Set<String> answering, Map<String, Set<String>> reach) {
    return new LaneHealth(answering, reach);
  }

  @Test
  void lanesWhoseGatewayAnswersAreTaken() {
    var all = Map.of("a2", Set.of("b"));
    assertEquals(
        List.of(16L, 18L), LaneGroups.members(GATEWAYS, health(Set.of("a2", "b1", "b2"), all)));
    assertEquals(List.of(18L), LaneGroups.members(GATEWAYS, health(Set.of("a2", "b2"), all)));
  }

  @Test
  void withoutALaneTheOtherGatewayIsTakenIfItReachesTheLocation() {
    assertEquals(
        List.of(258L),
        LaneGroups.members(GATEWAYS, health(Set.of("a2"), Map.of("a2", Set.of("b", "c")))));
  }

  @Test
  void theLastLaneIsNeverTakenOut() {
    for (var health :
        List.of(
            health(Set.of(), Map.of()),
            health(Set.of("a2"), Map.of("a2", Set.of("c"))),
            health(Set.of(), Map.of("a2", Set.of("b"))))) {
      assertEquals(List.of(16L, 18L), LaneGroups.members(GATEWAYS, health), health.toString());
    }
  }

  @Test
  void aMemberLeavesTheGatewayThatHasLostThisLocationOnly() {
    var reach = Map.of("a1", Set.of("c"), "a2", Set.of("b", "c"));
    assertEquals(List.of(258L), LaneGroups.members(MEMBERS, health(Set.of("a1", "a2"), reach)));
    var toC =
        new LaneGroup(2, Family.IPV4, "c", MEMBERS.lanes(), MEMBERS.spares(), Set.of(), false);
    assertEquals(List.of(256L, 258L), LaneGroups.members(toC, health(Set.of("a1", "a2"), reach)));
  }

  private static LaneGroup draining(LaneGroup g, Set<String> draining, boolean isLeft) {
    return new LaneGroup(g.id(), g.family(), g.location(), g.lanes(), g.spares(), draining, isLeft);
  }

  @Test
  void aLaneToAGatewayThatDrainsIsTakenOnlyWhileNoOtherAnswers() {
    var group = draining(GATEWAYS, Set.of("b1"), false);
    var reach = Map.of("a2", Set.of("b"));
    assertEquals(List.of(18L), LaneGroups.members(group, health(Set.of("a2", "b1", "b2"), reach)));
    assertEquals(List.of(16L), LaneGroups.members(group, health(Set.of("a2", "b1"), reach)));
  }

  @Test
  void aMemberLeavesTheGatewayThatDrainsOnceAnotherMayLeadOn() {
    var group = draining(MEMBERS, Set.of("a1"), false);
    var both = Set.of("a1", "a2");
    for (var reach : List.of(Map.of("a1", Set.of("b"), "a2", Set.of("b")), NONE)) {
      assertEquals(List.of(258L), LaneGroups.members(group, health(both, reach)));
    }
    var onlyTheOld = Map.of("a1", Set.of("b"), "a2", Set.of("c"));
    assertEquals(List.of(256L), LaneGroups.members(group, health(both, onlyTheOld)));
    assertEquals(List.of(256L), LaneGroups.members(group, health(Set.of("a1"), NONE)));
  }

  @Test
  void aGatewayThatDrainsSendsThroughTheOtherAndByItsOwnLanesOtherwise() {
    var group = draining(GATEWAYS, Set.of("a1"), true);
    var all = Set.of("a2", "b1", "b2");
    assertEquals(List.of(258L), LaneGroups.members(group, health(all, Map.of("a2", Set.of("b")))));
    assertEquals(
        List.of(16L, 18L), LaneGroups.members(group, health(all, Map.of("a2", Set.of("c")))));
  }

  @Test
  void aMemberKeepsAGatewayWhateverIsSilent() {
    assertEquals(List.of(256L), LaneGroups.members(MEMBERS, health(Set.of("a1"), Map.of())));
    assertEquals(List.of(256L, 258L), LaneGroups.members(MEMBERS, health(Set.of(), Map.of())));
  }

  @Test
  void whatAGatewayReachesIsWhatItsOwnLanesReach() {
    assertEquals(Set.of("b"), health(Set.of("b2"), Map.of()).reached(List.of(GATEWAYS)));
    var byTheOther = health(Set.of("a2"), Map.of("a2", Set.of("b")));
    assertFalse(byTheOther.reached(List.of(GATEWAYS)).contains("b"), "or two would lead in a ring");
  }
}
