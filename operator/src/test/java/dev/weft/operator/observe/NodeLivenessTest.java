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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NodeLivenessTest {
  private final LeaseClock clock = new LeaseClock();
  private final Map<String, Lease> server = new HashMap<>();
  private boolean serverDown;
  private boolean forbidden;
  private int asked;

  /** Answers at once. */
  private final class Server implements LeaseAnswers {
    private Optional<LeaseAnswer> last = Optional.empty();

    @Override
    public void ask(long now) {
      asked++;
      last =
          Optional.of(
              serverDown
                  ? new LeaseAnswer.Unreachable(now)
                  : forbidden
                      ? new LeaseAnswer.Refused(now)
                      : new LeaseAnswer.Listed(now, List.copyOf(server.values())));
    }

    @Override
    public Optional<LeaseAnswer> last() {
      return last;
    }
  }

  private final NodeLiveness nodeLiveness = new NodeLiveness(clock, new Server());
  private final Map<String, String> locations = new HashMap<>();

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
    return judge(node, gateways, TunnelReachability.NONE, second);
  }

  private Liveness judge(
      String node, Set<String> gateways, Map<String, Set<String>> witnesses, int second) {
    return judge(node, gateways, new TunnelReachability(witnesses, Map.of()), second);
  }

  private Liveness judge(
      String node, Set<String> gateways, TunnelReachability witnesses, int second) {
    return nodeLiveness
        .judge(new Roles(gateways, locations, witnesses), at(second))
        .getOrDefault(node, Liveness.UNKNOWN);
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
    assertEquals(Liveness.FROZEN, judge("a", gateways, 14));
    assertEquals(Set.of("a", "b"), nodeLiveness.frozen());
    renews("c", 20);
    renews("c", 29);
    assertEquals(Liveness.FROZEN, judge("a", gateways, 35), "no time-out ends it");
    renews("a", 36);
    assertEquals(Liveness.ALIVE, judge("a", gateways, 36));
    assertEquals(Liveness.FROZEN, judge("b", gateways, 36));
  }

  /** Half of the gateways is no outage of the API server's side: more than half is. */
  @Test
  void halfOfTheGatewaysThatFallSilentTogetherAreGivenUp() {
    var gateways = Set.of("a", "b", "c", "d");
    renews("a", 0);
    renews("b", 0);
    for (var second = 0; second <= 12; second += 3) {
      renews("c", second);
      renews("d", second);
    }
    assertEquals(Liveness.EXPIRED, judge("a", gateways, 14));
    assertEquals(Liveness.EXPIRED, judge("b", gateways, 14));
    assertEquals(Set.of(), nodeLiveness.frozen());
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
    renews("m", 33);
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
    var next = nodeLiveness.next(at(4));
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
    renewsFor60("c", 0);
    renewsFor60("m", 0);
    for (var second : List.of(14, 30, 50, 64)) {
      assertEquals(Liveness.FROZEN, judge("a", gateways, reached, second), "at " + second);
      assertEquals(Liveness.FROZEN, judge("b", gateways, reached, second), "at " + second);
    }
    assertEquals(Liveness.FROZEN, judge("c", gateways, reached, 64));
    assertEquals(gateways, nodeLiveness.frozen());
  }

  private void renewsFor60(String node, int second) {
    var lease = lease(node, second, 60);
    server.put(node, lease);
    clock.heard(lease, at(second));
  }

  private void located(String location, String... nodes) {
    Set.of(nodes).forEach(n -> locations.put(n, location));
  }

  private static final Set<String> TWO = Set.of("a2", "b1");

  /**
   * The API server is on a1; the nodes of b reach it through a2, the gateway of a, which dies. The
   * last that b1 said is that it reaches a2.
   */
  @Test
  void aGatewayWhoseDeathSilencesTheOtherLocationIsReplaced() {
    located("a", "a1", "a2");
    located("b", "b1", "b2");
    var said = new TunnelReachability(Map.of("a2", Set.of("b1"), "b1", Set.of("a2")), Map.of());
    for (var second = 0; second <= 45; second += 5) {
      renewsFor60("a1", second);
    }
    for (var second = 0; second <= 15; second += 3) {
      renews("a2", second);
      renews("b1", second);
    }
    renewsFor60("b2", 0);
    renewsFor60("b2", 14);
    assertEquals(Liveness.EXPIRED, judge("a2", TWO, said, 28), "replaced 13 s after it was lost");
    assertEquals(Liveness.FROZEN, judge("b1", TWO, said, 28), "silent for want of a2");
    assertEquals(Set.of("b1"), nodeLiveness.frozen());
    renews("b1", 33);
    assertEquals(Liveness.ALIVE, judge("b1", TWO, said, 33));
    assertEquals(Liveness.EXPIRED, judge("a2", TWO, said, 33));
  }

  /** a1, on the API server's node, is the gateway of a; b1 dies, and b2 has no other way. */
  @Test
  void aGatewayWhoseDeathSilencesItsOwnLocationIsReplaced() {
    var gateways = Set.of("a1", "b1");
    located("a", "a1", "a2");
    located("b", "b1", "b2");
    var said = new TunnelReachability(Map.of("b1", Set.of("b2")), Map.of());
    renewsUntil("a1", 45);
    renewsFor60("a2", 0);
    renewsFor60("b2", 0);
    renewsFor60("b2", 8);
    renews("b1", 0);
    renews("b1", 9);
    assertEquals(Liveness.EXPIRED, judge("b1", gateways, said, 22));
    assertEquals(Liveness.ALIVE, judge("b2", gateways, said, 22), "may take the role");
    assertEquals(Liveness.ALIVE, judge("a1", gateways, said, 22));
  }

  @Test
  void aWitnessThatNoLongerRenewsCountsForNothingThoughItsLeaseHolds() {
    var gateways = Set.of("a", "b");
    renews("a", 0);
    renewsUntil("b", 60);
    renewsFor60("w", 0);
    renewsFor60("w", 12);
    var said = Map.of("a", Set.of("w"));
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, said, 30));
    assertEquals(Liveness.EXPIRED, judge("a", gateways, said, 38), "26 s old");
  }

  @Test
  void oneWitnessAgainstOthersDecidesNothing() {
    var gateways = Set.of("a", "b", "c", "d");
    renews("a", 0);
    for (var node : List.of("b", "c", "d")) {
      renewsUntil(node, 30);
    }
    var reachedByTwo =
        new TunnelReachability(Map.of("a", Set.of("b", "c")), Map.of("a", Set.of("d")));
    assertEquals(Liveness.AGENT_SILENT, judge("a", gateways, reachedByTwo, 14), "d alone misses");
    var reachedByOne =
        new TunnelReachability(Map.of("a", Set.of("b")), Map.of("a", Set.of("c", "d")));
    assertEquals(Liveness.EXPIRED, judge("a", gateways, reachedByOne, 15), "b alone reaches");
  }

  @Test
  void noRoleMovesWhileNoAgentAtAllRenews() {
    located("a", "a1", "a2");
    renews("a1", 0);
    renewsFor60("a2", 0);
    renewsFor60("h", 0);
    var gateways = Set.of("a1", "h");
    assertEquals(Liveness.FROZEN, judge("a1", gateways, 14));
    renewsFor60("h", 15);
    assertEquals(Liveness.EXPIRED, judge("a1", gateways, 15), "some agent renews");
  }

  @Test
  void aRefusalIsNoOutage() {
    forbidden = true;
    var gateways = Set.of("a", "b");
    renews("a", 0);
    renewsUntil("b", 12);
    assertEquals(Liveness.EXPIRED, judge("a", gateways, 14));
  }

  @Test
  void aHundredExpiredLeasesAreOneQuestion() {
    for (var i = 0; i < 100; i++) {
      renews("m" + i, 0);
    }
    renews("a", 0);
    assertEquals(Liveness.EXPIRED, judge("m1", Set.of("a"), 12));
    judge("m1", Set.of("a"), 20);
    assertEquals(1, asked);
  }
}
