package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.snapshot.Liveness;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class VitalityTest {
  private final LeaseClock clock = new LeaseClock();
  private final Map<String, Lease> server = new HashMap<>();
  private boolean serverDown;
  private final Vitality vitality =
      new Vitality(
          clock,
          node -> {
            if (serverDown) {
              throw new IllegalStateException("no answer");
            }
            return server.get(node);
          });

  private static long at(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void renews(String node, int second) {
    var lease = lease(node, second);
    server.put(node, lease);
    clock.heard(lease, at(second));
  }

  private static Lease lease(String node, int second) {
    return lease(node, second, 10);
  }

  private static Lease lease(String node, int second, int duration) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(node)
        .endMetadata()
        .withNewSpec()
        .withLeaseDurationSeconds(duration)
        .withRenewTime(Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private Liveness judge(String node, Set<String> gateways, int second) {
    return judge(node, gateways, Map.of(), second);
  }

  private Liveness judge(
      String node, Set<String> gateways, Map<String, Set<String>> witnesses, int second) {
    return vitality.judge(gateways, witnesses, at(second)).getOrDefault(node, Liveness.UNKNOWN);
  }

  @Test
  void oneSilentGatewayOfThreeIsGivenUpWithinFifteenSeconds() {
    var gateways = Set.of("a", "b", "c");
    for (var second = 0; second <= 12; second += 3) {
      renews("b", second);
      renews("c", second);
    }
    renews("a", 0);
    assertEquals(Liveness.ALIVE, judge("a", gateways, 9));
    assertEquals(Liveness.ALIVE, judge("a", gateways, 11), "settling");
    assertEquals(Liveness.EXPIRED, judge("a", gateways, 13));
    assertEquals(Liveness.ALIVE, judge("b", gateways, 13));
    renews("a", 14);
    assertEquals(Liveness.ALIVE, judge("a", gateways, 14));
  }

  @Test
  void gatewaysThatFallSilentTogetherAreFrozenUntilHeardOf() {
    var gateways = Set.of("a", "b", "c");
    renews("a", 0);
    renews("b", 1);
    renews("c", 12);
    assertEquals(Liveness.UNKNOWN, judge("a", gateways, 14));
    assertEquals(Set.of("a", "b"), vitality.frozen());
    renews("c", 20);
    renews("c", 29);
    assertEquals(Liveness.UNKNOWN, judge("a", gateways, 35), "no time-out ends it");
    renews("a", 36);
    assertEquals(Liveness.ALIVE, judge("a", gateways, 36));
    assertEquals(Liveness.UNKNOWN, judge("b", gateways, 36));
  }

  @Test
  void aGatewayThatDiedLongAgoDoesNotFreezeTheNext() {
    var gateways = Set.of("a", "b", "c");
    for (var second = 0; second <= 120; second += 3) {
      renews("c", second);
      if (second <= 60) {
        renews("b", second);
      }
    }
    renews("a", 0);
    clock.heard(lease("a", 0), at(0));
    assertEquals(Liveness.EXPIRED, judgeLong("a", gateways));
    renews("b", 100);
    renews("c", 112);
    assertEquals(Liveness.EXPIRED, judge("b", gateways, 114));
  }

  private Liveness judgeLong(String node, Set<String> gateways) {
    return judge(node, gateways, 60);
  }

  @Test
  void aRenewalThatTheWatchMissedCounts() {
    renews("a", 0);
    server.put("a", lease("a", 9));
    assertEquals(Liveness.ALIVE, judge("a", Set.of("a"), 14));
  }

  @Test
  void nobodyDiesWhileTheApiServerIsAway() {
    renews("a", 0);
    renews("m", 0);
    serverDown = true;
    assertEquals(Liveness.UNKNOWN, judge("a", Set.of("a"), 14));
    assertEquals(Liveness.UNKNOWN, judge("m", Set.of("a"), 14));
    serverDown = false;
    assertEquals(Liveness.ALIVE, judge("a", Set.of("a"), 20), "counted anew");
    assertEquals(Liveness.EXPIRED, judge("a", Set.of("a"), 34));
  }

  @Test
  void aMemberIsGivenUpWithoutSettling() {
    renews("m", 0);
    assertEquals(Liveness.EXPIRED, judge("m", Set.of(), 10));
  }

  @Test
  void wakesWhenTheNextLeaseRunsOut() {
    renews("a", 0);
    var next = vitality.next(at(4));
    assertTrue(next.compareTo(Duration.ofSeconds(6)) >= 0, next::toString);
    assertTrue(next.compareTo(Duration.ofSeconds(7)) < 0, next::toString);
  }

  private void renewsUntil(String node, int last) {
    for (var second = 0; second <= last; second += 3) {
      renews(node, second);
    }
  }

  @Test
  void aGatewayWithoutAnAgentThatIsReachedKeepsItsRoleForThreeMinutes() {
    var gateways = Set.of("a", "b", "c");
    var reached = Map.of("a", Set.of("b"));
    renews("a", 0);
    renewsUntil("b", 210);
    renewsUntil("c", 210);
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, reached, 14));
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, reached, 189));
    assertEquals(Liveness.EXPIRED, judge("a", gateways, reached, 191));
  }

  @Test
  void aGatewayThatNobodyReachesAnyMoreIsGivenUpAtOnce() {
    var gateways = Set.of("a", "b", "c");
    renews("a", 0);
    renewsUntil("b", 30);
    renewsUntil("c", 30);
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, Map.of("a", Set.of("b", "c")), 20));
    assertEquals(Liveness.EXPIRED, judge("a", gateways, Map.of("b", Set.of("c")), 21));
    assertEquals(
        Liveness.EXPIRED,
        judge("a", gateways, Map.of("a", Set.of("b")), 22),
        "its role has moved, and stays there until its agent is heard of");
  }

  @Test
  void whatASilentNodeSaidLastCountsForNothing() {
    var gateways = Set.of("a", "b", "c", "d", "e");
    renews("a", 0);
    renews("m", 0);
    for (var node : Set.of("b", "c", "d", "e")) {
      renewsUntil(node, 12);
    }
    var said = Map.of("a", Set.of("m", "never heard of"));
    assertEquals(Liveness.EXPIRED, judge("a", gateways, said, 14));
  }

  @Test
  void oneThatIsReachedMakesNoOutageOfAnotherThatIsGone() {
    var gateways = Set.of("a", "b", "c");
    renews("a", 0);
    renews("b", 0);
    renewsUntil("c", 12);
    var reached = Map.of("a", Set.of("c"));
    assertEquals(Liveness.EXPIRED, judge("b", gateways, reached, 14));
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, reached, 14));
  }

  /**
   * As where every agent loses the right to its Lease: gateways' are short, their witnesses' long.
   */
  @Test
  void gatewaysWhoseWitnessesFellSilentOfTheSameCauseAreFrozenToo() {
    var gateways = Set.of("a", "b", "c");
    var reached = Map.of("a", Set.of("b", "m"), "b", Set.of("a", "m"), "c", Set.of("a", "b", "m"));
    renews("a", 0);
    renews("b", 0);
    for (var node : List.of("c", "m")) {
      var lease = lease(node, 0, 60);
      server.put(node, lease);
      clock.heard(lease, at(0));
    }
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, reached, 50));
    for (var node : List.of("a", "b", "c")) {
      assertEquals(Liveness.UNKNOWN, judge(node, gateways, reached, 64), node);
    }
    assertEquals(gateways, vitality.frozen());
  }
}
