package dev.weft.operator.observe;

import dev.weft.mesh.snapshot.Liveness;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is taken for alive.
 *
 * <p>A Lease that ran out is read once more from the API server before it counts: a gap in the
 * watch must not kill a gateway. While the API server doesn't answer nobody dies, and when it
 * answers again every count starts anew. After {@link #SETTLE} the gateways that ran out together
 * are judged together: more than half of them (and at least two) is taken for an outage of the API
 * server's side, and they are frozen, that is neither alive nor gone, until they are heard of.
 *
 * <p>A gateway that another node reaches through its tunnel forwards, whatever became of its agent:
 * moving its role would cost what keeping it doesn't. It is given up when nobody living reaches it,
 * or after {@link #WITHOUT_AGENT}. Where those who reached it fell silent themselves, it counts as
 * silent since then.
 */
public final class Vitality {
  static final Duration SETTLE = Duration.ofSeconds(3);
  static final Duration TOGETHER = Duration.ofSeconds(30);
  static final Duration WITHOUT_AGENT = Duration.ofMinutes(3);

  private final LeaseClock clock;
  private final Function<String, @Nullable Lease> read;
  private final Set<String> judged = new HashSet<>();
  private final Set<String> frozen = new HashSet<>();
  private boolean outage;

  /**
   * Nobody was heard of yet.
   *
   * @param clock fed by the watch
   * @param read reads one Lease from the API server; null: it is gone; throws when it can't tell
   */
  public Vitality(LeaseClock clock, Function<String, @Nullable Lease> read) {
    this.clock = clock;
    this.read = read;
  }

  /**
   * Judges.
   *
   * @param gateways nodes that are gateways now
   * @param witnesses by node, those whose reports say that they reach it; only the living count
   * @param now {@link System#nanoTime()}
   */
  public Map<String, Liveness> judge(
      Set<String> gateways, Map<String, Set<String>> witnesses, long now) {
    confirm(now);
    var expired = clock.expired(now);
    var reached = reached(expired, witnesses, now);
    judged.retainAll(expired.keySet());
    frozen.retainAll(expired.keySet());
    var candidates = new HashSet<String>();
    expired.forEach(
        (node, at) -> {
          var settled = now - unheard(node, at, expired, witnesses) >= SETTLE.toNanos();
          if (settled
              && gateways.contains(node)
              && !reached.contains(node)
              && !judged.contains(node)
              && !frozen.contains(node)) {
            candidates.add(node);
          }
        });
    if (!candidates.isEmpty()) {
      var together = new HashSet<String>();
      expired.forEach(
          (node, at) -> {
            if (gateways.contains(node)
                && !reached.contains(node)
                && (frozen.contains(node)
                    || now - unheard(node, at, expired, witnesses) < TOGETHER.toNanos())) {
              together.add(node);
            }
          });
      var heardOf = new HashSet<>(gateways);
      heardOf.retainAll(clock.known());
      if (together.size() >= 2 && together.size() * 2 > heardOf.size()) {
        together.removeAll(judged);
        frozen.addAll(together);
      } else {
        judged.addAll(candidates);
      }
    }
    var liveness = new HashMap<String, Liveness>();
    for (var node : clock.known()) {
      liveness.put(
          node,
          of(node, gateways.contains(node), expired.containsKey(node), reached.contains(node)));
    }
    return liveness;
  }

  private Set<String> reached(
      Map<String, Long> expired, Map<String, Set<String>> witnesses, long now) {
    var reached = new HashSet<String>();
    expired.forEach(
        (node, at) -> {
          if (now - at < WITHOUT_AGENT.toNanos()
              && witnesses.getOrDefault(node, Set.of()).stream()
                  .anyMatch(w -> clock.known().contains(w) && !expired.containsKey(w))) {
            reached.add(node);
          }
        });
    return reached;
  }

  /**
   * Since when nothing is known of a node whose Lease ran out then: Leases of gateways are shorter
   * than others', so who reached it may have fallen silent after it, of the same cause.
   */
  private static long unheard(
      String node, long at, Map<String, Long> expired, Map<String, Set<String>> witnesses) {
    return witnesses.getOrDefault(node, Set.of()).stream()
        .mapToLong(w -> expired.getOrDefault(w, at))
        .reduce(at, Math::max);
  }

  /** Gateways that are frozen now. */
  public Set<String> frozen() {
    return Set.copyOf(frozen);
  }

  /** How long nothing changes here by mere passing of time. */
  public Duration next(long now) {
    var next = clock.nextExpiry(now);
    for (var at : clock.expired(now).entrySet()) {
      if (!judged.contains(at.getKey()) && !frozen.contains(at.getKey())) {
        for (var wait : List.of(SETTLE, WITHOUT_AGENT)) {
          var ends = at.getValue() + wait.toNanos();
          if (ends > now) {
            next = Math.min(next, ends);
          }
        }
      }
    }
    return next == Long.MAX_VALUE
        ? Duration.ofDays(1)
        : Duration.ofNanos(Math.max(0, next - now)).plusMillis(10);
  }

  private Liveness of(String node, boolean gateway, boolean expired, boolean reached) {
    if (!expired) {
      return Liveness.ALIVE;
    }
    if (frozen.contains(node) || outage) {
      return Liveness.UNKNOWN;
    }
    if (!gateway || judged.contains(node)) {
      return Liveness.EXPIRED;
    }
    return reached ? Liveness.AGENT_SILENT : Liveness.ALIVE;
  }

  private void confirm(long now) {
    for (var node : clock.expired(now).keySet()) {
      if (judged.contains(node)) {
        continue;
      }
      try {
        var lease = read.apply(node);
        if (outage) {
          outage = false;
          clock.restart(now);
          return;
        }
        if (lease != null) {
          clock.heard(lease, now);
        }
      } catch (RuntimeException e) {
        outage = true;
        return;
      }
    }
  }
}
