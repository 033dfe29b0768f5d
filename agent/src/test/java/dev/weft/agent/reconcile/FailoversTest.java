package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.probe.Probed;
import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.net.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Lanes 1 (to b) and 2 (to c) of the group 9. */
class FailoversTest {
  private static final LaneGroup GROUP =
      new LaneGroup(
          9,
          Family.IPV4,
          "far",
          new TreeMap<>(Map.of(1L, "b", 2L, "c")),
          new TreeMap<>(),
          Set.of(),
          false);

  private final List<Long> taken = new ArrayList<>();
  private final Failovers failovers = new Failovers(taken::add);

  private void chosen(List<Long> members, Set<String> answering, Map<String, Long> silent) {
    failovers.chosen(
        List.of(GROUP),
        List.of(new DesiredNextHopGroup(9, Family.IPV4, members)),
        new Probed(Map.of(), answering, silent, Map.of(), true));
  }

  @Test
  void itCountsFromTheFirstMissedPulseToTheKernelOnce() {
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    failovers.applied(500);
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    failovers.applied(2150);
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    failovers.applied(9000);
    assertEquals(List.of(1150L), taken);
  }

  @Test
  void aPassThatFailsEndsNoFailover() {
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    failovers.applied(4000);
    assertEquals(List.of(3000L), taken);
  }

  @Test
  void aGatewayThatDrainsFailsNothingOver() {
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    chosen(List.of(2L), Set.of("b", "c"), Map.of());
    failovers.applied(4000);
    assertEquals(List.of(), taken);
  }

  /** The own uplink was away: the first lane that answers again leaves the other, late. */
  @Test
  void aLaneThatCouldNotBeLeftAtOnceIsNotCounted() {
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    chosen(List.of(1L, 2L), Set.of(), Map.of("b", 1000L, "c", 1000L));
    failovers.applied(2000);
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    failovers.applied(60_000);
    assertEquals(List.of(), taken);
  }

  @Test
  void aGatewayThatAnswersAgainBeforeTheKernelTookItIsForgotten() {
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    chosen(List.of(2L), Set.of("c"), Map.of("b", 1000L));
    chosen(List.of(1L, 2L), Set.of("b", "c"), Map.of());
    failovers.applied(4000);
    assertEquals(List.of(), taken);
  }
}
