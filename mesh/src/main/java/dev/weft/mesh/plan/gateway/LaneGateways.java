package dev.weft.mesh.plan.gateway;

import dev.weft.mesh.snapshot.Liveness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The gateways of each location of a mesh by ordinal, where a location may have several. */
public final class LaneGateways {
  /**
   * A node as one of several gateways.
   *
   * @param node as a possible gateway
   * @param held ordinal that is published for it in its location; empty: none
   * @param fate what fails together with it, such as its zone
   */
  public record Candidate(GatewayChoice.Candidate node, OptionalInt held, Set<String> fate) {
    public Candidate {
      fate = Set.copyOf(fate);
    }
  }

  /**
   * The gateways of all locations.
   *
   * @param ordinals by name of the node
   * @param draining why those that are to be left are still gateways, by name
   */
  public record Choice(Map<String, Integer> ordinals, Map<String, String> draining) {
    public Choice {
      ordinals = Map.copyOf(ordinals);
      draining = Map.copyOf(draining);
    }
  }

  private final Map<String, List<Candidate>> candidates = new TreeMap<>();

  /** A node of a location. */
  public void add(String location, Candidate candidate) {
    candidates.computeIfAbsent(location, l -> new ArrayList<>()).add(candidate);
  }

  /**
   * Ordinals by name of the node; none of a location without a first gateway. Where one gateway is
   * wanted and no other ordinal than 0 is published, the first gateway has ordinal 0, whichever
   * node it is: so a mesh that never asked for several has no lanes. A gateway that works and is no
   * longer chosen keeps its ordinal until no node sends through it.
   *
   * @param firsts name of the gateway for Peers, by location
   * @param wanted gateways per location, from 1
   * @param waits why a gateway that is no longer chosen can't go yet, by its name and the names of
   *     those that are chosen; empty: it can
   */
  public Choice choose(
      Map<String, String> firsts,
      int wanted,
      BiFunction<String, Set<String>, Optional<String>> waits) {
    var ordinals = new TreeMap<String, Integer>();
    var draining = new TreeMap<String, String>();
    candidates.forEach(
        (location, nodes) -> {
          var first = firsts.get(location);
          if (first == null) {
            return;
          }
          if (wanted <= 1 && nodes.stream().allMatch(c -> c.held().orElse(0) == 0)) {
            ordinals.put(first, 0);
            return;
          }
          var all = nodes.stream().map(Candidate::node).toList();
          var chosen =
              GatewayOrdinals.choose(
                  nodes.stream().map(c -> candidate(c, first, all)).toList(), wanted);
          var names = Set.copyOf(chosen.values());
          chosen.forEach((ordinal, name) -> ordinals.put(name, ordinal));
          for (var left : nodes) {
            var name = left.node().name();
            if (left.held().isPresent() && works(left.node()) && !names.contains(name)) {
              int ordinal = left.held().getAsInt();
              var why =
                  chosen.containsKey(ordinal) ? Optional.<String>empty() : waits.apply(name, names);
              why.ifPresent(
                  text -> {
                    ordinals.put(name, ordinal);
                    draining.put(name, text);
                  });
            }
          }
        });
    return new Choice(ordinals, draining);
  }

  /** Whether packets may get through a gateway, and it wasn't forbidden to be one. */
  private static boolean works(GatewayChoice.Candidate node) {
    return node.hasKey()
        && node.preference() != GatewayPreference.NEVER
        && isAlive(node.liveness());
  }

  /**
   * Where every node of a location is lost, the fault is elsewhere, and gateways stay; so does one
   * that is cordoned or drained while no other node is ready.
   */
  private static GatewayOrdinals.Candidate candidate(
      Candidate candidate, String first, List<GatewayChoice.Candidate> all) {
    var node = candidate.node();
    boolean isAnyAlive = all.stream().anyMatch(c -> c.hasKey() && isAlive(c.liveness()));
    return new GatewayOrdinals.Candidate(
        node.name(),
        node.hasKey()
            && node.preference() != GatewayPreference.NEVER
            && (isAlive(node.liveness()) || !isAnyAlive)
            && GatewayChoice.successors(all, node).isEmpty(),
        node.isSound() && !node.liveness().isSilent() && !node.isLeaving(),
        node.preference() == GatewayPreference.PREFERRED,
        node.name().equals(first),
        node.hasEndpoint(),
        candidate.held(),
        candidate.fate());
  }

  private static boolean isAlive(Liveness liveness) {
    return liveness != Liveness.EXPIRED;
  }
}
