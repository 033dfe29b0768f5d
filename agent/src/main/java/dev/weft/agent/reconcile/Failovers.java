package dev.weft.agent.reconcile;

import dev.weft.agent.probe.Probed;
import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * How long gateways that fell silent were still sent to: from the first request without an answer
 * until no group of next hops holds them any more. A gateway that was left for another reason, or
 * that could not be left at once because all fell silent, is not counted. One thread.
 */
final class Failovers {
  private final LongConsumer taken;
  private final Map<String, Long> pending = new HashMap<>();
  private Map<Long, Set<String>> members = Map.of();
  private Set<String> answering = Set.of();

  /**
   * None was seen yet.
   *
   * @param taken takes how many nanoseconds each took
   */
  Failovers(LongConsumer taken) {
    this.taken = taken;
  }

  /**
   * The members of the groups were chosen anew.
   *
   * @param chosen have those members
   */
  void chosen(List<LaneGroup> groups, List<DesiredNextHopGroup> chosen, Probed probed) {
    var now = new HashMap<Long, Set<String>>();
    for (var group : groups) {
      chosen.stream()
          .filter(g -> g.id() == group.id())
          .forEach(g -> now.put(group.id(), gateways(group, g)));
    }
    pending.keySet().retainAll(probed.silentSince().keySet());
    now.forEach(
        (group, gateways) -> {
          var left = new HashSet<>(members.getOrDefault(group, Set.of()));
          left.removeAll(gateways);
          left.retainAll(answering); // when the groups were chosen the last time
          left.forEach(
              gateway ->
                  Optional.ofNullable(probed.silentSince().get(gateway))
                      .ifPresent(since -> pending.putIfAbsent(gateway, since)));
        });
    members = now;
    answering = probed.answering();
  }

  private static Set<String> gateways(LaneGroup group, DesiredNextHopGroup chosen) {
    var gateways = new HashSet<String>();
    for (long hop : chosen.members()) {
      Optional.ofNullable(group.lanes().getOrDefault(hop, group.spares().get(hop)))
          .ifPresent(gateways::add);
    }
    return gateways;
  }

  /** The kernel is as it was chosen. */
  void applied(long nanoTime) {
    pending.values().forEach(since -> taken.accept(nanoTime - since));
    pending.clear();
  }
}
