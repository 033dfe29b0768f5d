package dev.weft.mesh.plan.gateway;

import dev.weft.mesh.view.MeshNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Decides which nodes of a location are its gateways, and with what ordinals. An ordinal is kept as
 * long as its node may be a gateway, so that no lane moves without need.
 */
final class GatewayOrdinals {
  /**
   * A node as one of several gateways.
   *
   * @param name of the Node
   * @param isFit whether it may be a gateway: alive, with a key, not cordoned, not draining, and
   *     not refused by its annotation
   * @param isReady whether it may become one now: its agent is heard of and reports no fault
   * @param isPreferred whether its administrator wants it as a gateway
   * @param isFirst whether {@link GatewayChoice} has chosen it as the gateway for Peers
   * @param hasEndpoint whether other locations can call it
   * @param held ordinal that is published for it; empty: none
   * @param fate zone and host, as their labels name them: what fails together with the node
   */
  record Candidate(
      String name,
      boolean isFit,
      boolean isReady,
      boolean isPreferred,
      boolean isFirst,
      boolean hasEndpoint,
      OptionalInt held,
      Set<String> fate) {
    Candidate {
      fate = Set.copyOf(fate);
    }
  }

  private static final Comparator<Candidate> BY_ORDINAL =
      Comparator.comparingInt((Candidate c) -> c.held().orElse(Integer.MAX_VALUE))
          .thenComparing(Candidate::name);

  private GatewayOrdinals() {}

  /**
   * Names by ordinal: the first gateway always; then those that hold an ordinal, the lowest first;
   * then, of those that are ready, who is preferred, shares zone and host with the fewest, has an
   * endpoint, by name. One that is not ready would keep its ordinal from one that is. A new one
   * takes the lowest ordinal that is published for no node of the location, because packets for the
   * one before are still under way.
   *
   * @param wanted gateways per location, from 1
   */
  static SortedMap<Integer, String> choose(Collection<Candidate> candidates, int wanted) {
    var fit = candidates.stream().filter(c -> c.isFit() || c.isFirst()).toList();
    var chosen = new TreeMap<Integer, Candidate>();
    for (var first : fit.stream().filter(Candidate::isFirst).toList()) {
      chosen.put(first.held().orElseGet(() -> free(candidates, Set.of()).orElse(0)), first);
    }
    var holders = fit.stream().filter(c -> c.held().isPresent()).sorted(BY_ORDINAL).toList();
    for (var holder : holders) {
      if (chosen.size() < wanted) {
        chosen.putIfAbsent(holder.held().orElseThrow(), holder);
      }
    }
    while (chosen.size() < wanted) {
      var next =
          fit.stream()
              .filter(c -> c.isReady() && !chosen.containsValue(c))
              .min(
                  Comparator.comparing((Candidate c) -> !c.isPreferred())
                      .thenComparingLong(c -> shared(c, chosen.values()))
                      .thenComparing(c -> !c.hasEndpoint())
                      .thenComparing(Candidate::name));
      var ordinal = free(candidates, chosen.keySet());
      if (next.isEmpty() || ordinal.isEmpty()) {
        break;
      }
      chosen.put(ordinal.getAsInt(), next.get());
    }
    var names = new TreeMap<Integer, String>();
    chosen.forEach((ordinal, c) -> names.put(ordinal, c.name()));
    return names;
  }

  /** Empty: all are taken, until those that are given up now are published no more. */
  private static OptionalInt free(Collection<Candidate> candidates, Set<Integer> chosen) {
    var taken = new HashSet<>(chosen);
    candidates.forEach(c -> c.held().ifPresent(taken::add));
    return IntStream.rangeClosed(0, MeshNode.MAX_ORDINAL)
        .filter(o -> !taken.contains(o))
        .findFirst();
  }

  private static long shared(Candidate candidate, Collection<Candidate> chosen) {
    return chosen.stream()
        .flatMap(c -> c.fate().stream())
        .filter(candidate.fate()::contains)
        .count();
  }
}
