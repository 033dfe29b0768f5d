package dev.weft.operator.observe;

import dev.weft.mesh.snapshot.Liveness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which nodes count as alive; ADR 80 tells why.
 *
 * <p>A Lease that ran out counts once the API server has confirmed it: a gap in the watch must not
 * kill a gateway. While the API server doesn't answer no node dies, and when it answers again every
 * count starts anew.
 *
 * <p>A gateway that other nodes reach through its tunnel forwards, whatever became of its agent:
 * moving its role would cost what keeping it doesn't. What a witness said counts only if it renewed
 * its Lease after the gateway's loss must have shown, and lately.
 *
 * <p>A gateway that no node reaches is given up after {@link #SETTLE}: at once where a node of its
 * own location has renewed its Lease since, for then the way to the API server is open from there.
 * Otherwise not while more than half of the gateways are silent, or while no agent at all has
 * renewed: that is an outage of the API server's side. Gateways that fell silent together with one
 * that was given up had their way to the API server through it. Both are frozen: they keep their
 * roles.
 */
public final class NodeLiveness {
  static final Duration SETTLE = Duration.ofSeconds(3);
  static final Duration TOGETHER = Duration.ofSeconds(30);
  static final Duration WITHOUT_AGENT = Duration.ofMinutes(3);

  /** Within so long a witness knows and has reported that a gateway is gone, and renewed. */
  static final Duration SHOWS_AFTER = Duration.ofSeconds(9);

  /** The longest time between two renewals of an agent, and some for the way. */
  static final Duration FRESH = Duration.ofSeconds(25);

  /** How long the loss of one gateway explains the silence of others. */
  static final Duration EXPLAINS = Duration.ofSeconds(60);

  private final LeaseClock clock;
  private final LeaseAnswers answers;
  private final Map<String, Given> given = new HashMap<>();
  private final Set<String> together = new HashSet<>();
  private final Set<String> frozen = new HashSet<>();
  private long confirmedAt = Long.MIN_VALUE;
  private long readAt = Long.MIN_VALUE;
  private boolean outage;
  private volatile boolean waiting;

  /** A gateway that was given up. */
  private record Given(long lostAt, long at) {}

  /**
   * A gateway whose Lease ran out, and that isn't given up.
   *
   * @param lostAt when it, or a node that reached it, was last heard of
   * @param silentSince when its Lease ran out, or later when a witness of it fell silent
   * @param reached whether it is reached now
   * @param hasHeir whether a node of its location was heard of since
   */
  private record Loss(
      String node, long lostAt, long silentSince, boolean reached, boolean hasHeir) {}

  /**
   * No node was heard of yet.
   *
   * @param clock fed by the watch
   * @param answers what the API server says itself
   */
  public NodeLiveness(LeaseClock clock, LeaseAnswers answers) {
    this.clock = clock;
    this.answers = answers;
  }

  /**
   * Judges all nodes that were heard of.
   *
   * @param now {@link System#nanoTime()}
   */
  Map<String, Liveness> judge(Roles roles, long now) {
    confirm(now);
    var expired = clock.expired(now);
    given.keySet().retainAll(expired.keySet());
    var losses = losses(roles, expired, now);
    if (losses.stream().anyMatch(l -> !l.reached() && !isConfirmed(l.silentSince()))) {
      answers.ask(now);
    }
    if (!outage) {
      giveUp(roles, losses, now);
    }
    waiting = outage || losses.stream().anyMatch(l -> !given.containsKey(l.node()));
    var reached = losses.stream().filter(Loss::reached).map(Loss::node).collect(Collectors.toSet());
    var liveness = new HashMap<String, Liveness>();
    for (var node : clock.known()) {
      liveness.put(
          node,
          expired.containsKey(node)
              ? of(node, roles.gateways().contains(node), expired.getOrDefault(node, now), reached)
              : Liveness.ALIVE);
    }
    return liveness;
  }

  private List<Loss> losses(Roles roles, Map<String, Long> expired, long now) {
    var starts = clock.countedFrom();
    var renewals = clock.renewals();
    var losses = new ArrayList<Loss>();
    expired.forEach(
        (node, at) -> {
          if (roles.gateways().contains(node) && !given.containsKey(node)) {
            boolean patient = now - at < WITHOUT_AGENT.toNanos();
            long renewedAt = starts.getOrDefault(node, at);
            var reached =
                patient && roles.witnesses().reach(node, heardSince(renewedAt, expired, now));
            long lostAt =
                patient ? roles.witnesses().lastSeen(node, renewals, renewedAt) : renewedAt;
            var heirs = roles.neighbours(node, heardSince(lostAt, expired, now));
            losses.add(new Loss(node, lostAt, Math.max(at, lostAt), reached, !heirs.isEmpty()));
          }
        });
    return losses;
  }

  /** Nodes that renewed lately, and after a loss at that time must have shown. */
  private Set<String> heardSince(long lostAt, Map<String, Long> expired, long now) {
    return clock.renewals().entrySet().stream()
        .filter(e -> !expired.containsKey(e.getKey()))
        .filter(e -> e.getValue() - lostAt >= SHOWS_AFTER.toNanos())
        .filter(e -> now - e.getValue() <= FRESH.toNanos())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private void giveUp(Roles roles, List<Loss> losses, long now) {
    var unreached =
        losses.stream().filter(l -> !l.reached() && isConfirmed(l.silentSince())).toList();
    var settled = unreached.stream().filter(l -> isSettled(l, now)).toList();
    settled.stream().filter(Loss::hasHeir).forEach(l -> giveUp(l, now));
    var left = unreached.stream().filter(l -> !given.containsKey(l.node())).toList();
    var explained = left.stream().filter(l -> isExplained(l, now)).toList();
    var suspects =
        left.stream()
            .filter(l -> !explained.contains(l))
            .filter(l -> together.contains(l.node()) || now - l.silentSince() < TOGETHER.toNanos())
            .toList();
    var candidates =
        settled.stream().filter(l -> left.contains(l) && !explained.contains(l)).toList();
    together.removeIf(n -> left.stream().noneMatch(l -> l.node().equals(n)));
    frozen.clear();
    explained.forEach(l -> frozen.add(l.node()));
    frozen.addAll(together);
    if (candidates.isEmpty()) {
      return;
    }
    var heardOf = new HashSet<>(roles.gateways());
    heardOf.retainAll(clock.known());
    if (suspects.size() >= 2 && suspects.size() * 2 > heardOf.size()) {
      suspects.forEach(s -> together.add(s.node()));
    }
    frozen.addAll(together);
    candidates.stream().filter(l -> isSilenceEverywhere(l, now)).forEach(l -> frozen.add(l.node()));
    candidates.stream().filter(l -> !frozen.contains(l.node())).forEach(l -> giveUp(l, now));
  }

  private void giveUp(Loss loss, long now) {
    given.put(loss.node(), new Given(loss.lostAt(), now));
  }

  private static boolean isSettled(Loss loss, long now) {
    return now - loss.silentSince() >= SETTLE.toNanos();
  }

  private boolean isExplained(Loss loss, long now) {
    return given.values().stream()
        .anyMatch(
            g ->
                now - g.at() < EXPLAINS.toNanos()
                    && Math.abs(loss.lostAt() - g.lostAt()) <= FRESH.toNanos());
  }

  /** Whether no other agent has renewed since, though there are others. */
  private boolean isSilenceEverywhere(Loss loss, long now) {
    return clock.known().size() > 1 && heardSince(loss.lostAt(), clock.expired(now), now).isEmpty();
  }

  /** Gateways that keep their roles though their Leases have run out and no node reaches them. */
  public Set<String> frozen() {
    return Set.copyOf(frozen);
  }

  /** Whether the next renewal of any agent, or an answer, may decide something; any thread. */
  public boolean isWaiting() {
    return waiting;
  }

  /** How long nothing changes here by mere passing of time. */
  public Duration next(long now) {
    var next = clock.nextExpiry(now);
    for (var at : clock.expired(now).entrySet()) {
      if (!given.containsKey(at.getKey())) {
        for (var wait : List.of(SETTLE, WITHOUT_AGENT)) {
          var ends = at.getValue() + wait.toNanos();
          if (ends > now) {
            next = Math.min(next, ends);
          }
        }
      }
    }
    if (waiting) {
      next = Math.min(next, now + Duration.ofSeconds(2).toNanos());
    }
    return next == Long.MAX_VALUE
        ? Duration.ofDays(1)
        : Duration.ofNanos(Math.max(0, next - now)).plusMillis(10);
  }

  private Liveness of(String node, boolean gateway, long expiredAt, Set<String> reached) {
    if (outage) {
      return Liveness.UNKNOWN;
    }
    if (frozen.contains(node)) {
      return Liveness.FROZEN;
    }
    if (given.containsKey(node) || (!gateway && isConfirmed(expiredAt))) {
      return Liveness.EXPIRED;
    }
    return reached.contains(node) ? Liveness.AGENT_SILENT : Liveness.ALIVE;
  }

  private boolean isConfirmed(long expiredAt) {
    return confirmedAt != Long.MIN_VALUE && confirmedAt >= expiredAt;
  }

  private void confirm(long now) {
    boolean open =
        clock.expired(now).entrySet().stream()
            .anyMatch(e -> !given.containsKey(e.getKey()) && !isConfirmed(e.getValue()));
    if (open || outage) {
      answers.ask(now);
    }
    answers.last().filter(a -> a.askedAt() != readAt).ifPresent(a -> take(a, now));
  }

  private void take(LeaseAnswer answer, long now) {
    readAt = answer.askedAt();
    switch (answer) {
      case LeaseAnswer.Listed(var askedAt, var leases) -> {
        leases.forEach(l -> clock.heard(l, now));
        confirmed(askedAt, now);
      }
      case LeaseAnswer.Refused(var askedAt) -> confirmed(askedAt, now);
      case LeaseAnswer.Unreachable(var askedAt) -> outage = true;
    }
  }

  private void confirmed(long askedAt, long now) {
    if (outage) {
      outage = false;
      clock.restart(now);
    }
    confirmedAt = askedAt;
  }
}
