package dev.weft.mesh.plan.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.plan.gateway.GatewayOrdinals.Candidate;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Four nodes of one location; a-1 is the gateway for Peers and shares a zone with a-2. */
class GatewayOrdinalsTest {
  private static final Candidate FIRST = fit("a-1", "zone-a").first();
  private static final Candidate NEAR = fit("a-2", "zone-a").node();
  private static final Candidate FAR = fit("a-3", "zone-b").node();
  private static final Candidate OTHER = fit("a-4", "zone-b").node();

  private record Draft(String name, String zone) {
    Candidate first() {
      return new Candidate(name, true, true, false, true, true, OptionalInt.empty(), Set.of(zone));
    }

    Candidate node() {
      return new Candidate(name, true, true, false, false, true, OptionalInt.empty(), Set.of(zone));
    }
  }

  private static Draft fit(String name, String zone) {
    return new Draft(name, zone);
  }

  private static Candidate holding(Candidate c, int ordinal) {
    return new Candidate(
        c.name(),
        c.isFit(),
        c.isReady(),
        c.isPreferred(),
        c.isFirst(),
        c.hasEndpoint(),
        OptionalInt.of(ordinal),
        c.fate());
  }

  private static Candidate unfit(Candidate c) {
    return new Candidate(c.name(), false, false, false, false, c.hasEndpoint(), c.held(), c.fate());
  }

  @Test
  void oneGatewayIsTheFirstWithOrdinalZero() {
    assertEquals(Map.of(0, "a-1"), GatewayOrdinals.choose(List.of(NEAR, FAR, FIRST), 1));
  }

  @Test
  void theSecondIsInAnotherZone() {
    assertEquals(
        Map.of(0, "a-1", 1, "a-3"), GatewayOrdinals.choose(List.of(FIRST, NEAR, FAR, OTHER), 2));
  }

  @Test
  void anOrdinalStaysWhereItIs() {
    var kept = List.of(holding(FIRST, 0), holding(NEAR, 1), FAR, OTHER);
    assertEquals(Map.of(0, "a-1", 1, "a-2"), GatewayOrdinals.choose(kept, 2));
    var moved = List.of(holding(unfit(FIRST), 0), holding(firstOf(NEAR), 1), FAR);
    assertEquals(
        Map.of(1, "a-2", 2, "a-3"),
        GatewayOrdinals.choose(moved, 2),
        "0 is published for a-1 still, so a-3 takes another");
  }

  private static Candidate firstOf(Candidate c) {
    return new Candidate(c.name(), true, true, false, true, true, c.held(), c.fate());
  }

  @Test
  void whoIsCordonedOrDrainingIsPassedOver() {
    assertEquals(
        Map.of(0, "a-1", 1, "a-4"),
        GatewayOrdinals.choose(List.of(FIRST, NEAR, unfit(FAR), OTHER), 2));
    assertEquals(
        Map.of(0, "a-1"), GatewayOrdinals.choose(List.of(FIRST, unfit(NEAR), unfit(FAR)), 2));
  }

  private static Candidate preferred(Candidate c) {
    return new Candidate(
        c.name(), true, true, true, c.isFirst(), c.hasEndpoint(), c.held(), c.fate());
  }

  private static Candidate unready(Candidate c) {
    return new Candidate(
        c.name(), true, false, false, c.isFirst(), c.hasEndpoint(), c.held(), c.fate());
  }

  @Test
  void thePreferredNodeIsChosenWhateverItsZoneButTakesNoOrdinal() {
    var kept = List.of(holding(FIRST, 0), holding(FAR, 1), preferred(NEAR));
    assertEquals(
        Map.of(0, "a-1", 1, "a-2"),
        GatewayOrdinals.choose(List.of(FIRST, preferred(NEAR), FAR), 2));
    assertEquals(Map.of(0, "a-1", 1, "a-3"), GatewayOrdinals.choose(kept, 2));
  }

  @Test
  void aNodeThatIsNotReadyKeepsAnOrdinalAndTakesNone() {
    assertEquals(Map.of(0, "a-1"), GatewayOrdinals.choose(List.of(FIRST, unready(FAR)), 2));
    assertEquals(
        Map.of(0, "a-1", 1, "a-3"),
        GatewayOrdinals.choose(List.of(FIRST, holding(unready(FAR), 1), OTHER), 2));
  }

  @Test
  void fewerGatewaysLeaveTheLowestOrdinalsAndTheFirst() {
    var three = List.of(holding(FIRST, 2), holding(NEAR, 0), holding(FAR, 1));
    assertEquals(Map.of(0, "a-2", 2, "a-1"), GatewayOrdinals.choose(three, 2));
    assertEquals(Map.of(2, "a-1"), GatewayOrdinals.choose(three, 1));
  }

  @Test
  void gatewaysOfOneZoneShareTheirFate() {
    assertEquals(Set.of("zone-a"), Fate.shared(List.of(FIRST.fate(), NEAR.fate())));
    assertEquals(Set.of(), Fate.shared(List.of(FIRST.fate(), FAR.fate())));
    assertEquals(Set.of(), Fate.shared(List.of(FIRST.fate())));
  }

  @Test
  void zoneAndHostAreReadFromLabels() {
    assertEquals(
        Set.of("zone eu-1a", "host rack-7"),
        Fate.of(
            Map.of(
                "topology.kubernetes.io/zone", "eu-1a",
                "weft.dev/host", "rack-7",
                "topology.kubernetes.io/region", "eu-1")));
    assertEquals(Set.of(), Fate.of(Map.of("topology.kubernetes.io/zone", "")));
  }
}
