package dev.weft.agent.iptables;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.iptables.FilterChain;
import dev.weft.mesh.iptables.FilterChains;
import dev.weft.mesh.iptables.FilterRule;
import dev.weft.mesh.iptables.SetChain;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One family of our packet filter as {@code iptables-save} prints it.
 *
 * @param family its family
 * @param tables by name
 */
record SavedFilter(Family family, Map<String, SavedTable> tables) {
  private static final String FILTER = "filter";
  private static final List<String> ACCEPTING_HOOKS = List.of("FORWARD", "INPUT");
  private static final Pattern COMMENT = Pattern.compile("--comment \"?(weft:[0-9a-f]{8})\"?");
  private static final Pattern ELEMENT = Pattern.compile("-([sd]) (\\S+) (-[jg] .*)");

  static SavedFilter parse(Family family, String save) {
    return new SavedFilter(family, SavedTable.parse(save));
  }

  SavedTable table(String name) {
    return tables.getOrDefault(name, SavedTable.EMPTY);
  }

  /** Whether anything of ours is there. */
  boolean isPresent() {
    return tables.values().stream().anyMatch(t -> !t.isFreeOfOurs());
  }

  /** The chains that are wanted here, those that lead through what drops included. */
  List<FilterChain> wanted(DesiredFirewall wanted) {
    var chains = new ArrayList<>(FilterChains.of(wanted, family));
    for (var hook : ACCEPTING_HOOKS) {
      // Once there, it stays until clean-up, as the jump does; but never before a refusal.
      boolean stays =
          table(FILTER).own().containsKey(FilterChain.PREFIX + hook) && refusal(hook).isEmpty();
      if (table(FILTER).needsJump(hook) || stays) {
        chains.add(FilterChains.accepting(wanted, family, hook));
      }
    }
    return chains;
  }

  /** Whether chains, jumps and rules are those wanted; elements of sets aside. */
  boolean isIntact(List<FilterChain> wanted) {
    return names(wanted).equals(ownNames())
        && wanted.stream().allMatch(this::has)
        && wanted.stream().allMatch(this::isHooked);
  }

  private static Set<String> names(List<FilterChain> chains) {
    var names = new TreeSet<String>();
    chains.forEach(c -> names.add(c.table() + " " + c.name()));
    return names;
  }

  private Set<String> ownNames() {
    var names = new TreeSet<String>();
    tables.forEach((table, t) -> t.own().keySet().forEach(c -> names.add(table + " " + c)));
    return names;
  }

  private boolean has(FilterChain chain) {
    var comments = new ArrayList<String>();
    for (var rule : table(chain.table()).own().getOrDefault(chain.name(), List.of())) {
      var comment = COMMENT.matcher(rule);
      if (comment.find()) {
        comments.add(comment.group(1));
      } else if (!comments.isEmpty() || !ELEMENT.matcher(rule).matches()) {
        return false; // an element after the other rules wouldn't count
      }
    }
    return comments.equals(chain.rules().stream().map(FilterRule::comment).toList());
  }

  private boolean isHooked(FilterChain chain) {
    return chain.hook().isEmpty()
        || (table(chain.table()).jumps().getOrDefault(chain.name(), List.of()).size() == 1
            && isInPlace(chain));
  }

  /** Whether the jump to a chain that accepts comes after all rules that could refuse it. */
  boolean isInPlace(FilterChain chain) {
    var table = table(chain.table());
    return !chain.table().equals(FILTER)
        || table.positions().getOrDefault(chain.name(), -1) == table.place(chain.hook());
  }

  /** A rule without match that refuses what the mesh forwards: the chain. */
  Optional<String> refusal(String hook) {
    return hook.equals("FORWARD") && table(FILTER).refusals().containsKey(hook)
        ? Optional.of(hook)
        : Optional.empty();
  }

  /**
   * Elements by set, and nothing for one whose chains disagree or hold something twice, so that it
   * is written anew.
   */
  Map<String, List<Prefix>> sets(Set<String> names) {
    var sets = new TreeMap<String, List<Prefix>>();
    for (var name : names) {
      var chains = SetChain.of(name);
      if (chains.stream().allMatch(c -> table(c.table()).own().containsKey(c.chain()))) {
        var found = new HashSet<List<Prefix>>();
        for (var chain : chains) {
          if (chain.source()) {
            found.add(elements(chain, "s"));
          }
          if (chain.destination()) {
            found.add(elements(chain, "d"));
          }
        }
        if (found.size() == 1) {
          sets.put(name, found.iterator().next());
        }
      }
    }
    return sets;
  }

  private List<Prefix> elements(SetChain chain, String direction) {
    var elements = new ArrayList<Prefix>();
    for (var rule : table(chain.table()).own().getOrDefault(chain.chain(), List.of())) {
      var element = ELEMENT.matcher(rule);
      if (element.matches() && element.group(1).equals(direction)) {
        elements.add(Prefix.parse(element.group(2)));
      }
    }
    var halves = elements.stream().filter(p -> p.length() == 1).toList();
    if (halves.size() == 2) { // how a match of everything is written
      elements.removeAll(halves);
      elements.addAll(Aggregation.of(halves));
    }
    return elements.stream().sorted().toList();
  }

  /** Our rules as printed, elements by their kind alone: what somebody else changes shows in it. */
  Set<String> shape() {
    var shape = new TreeSet<String>();
    tables.forEach(
        (table, t) ->
            t.own()
                .forEach(
                    (chain, rules) -> {
                      for (var rule : rules) {
                        var element = ELEMENT.matcher(rule);
                        shape.add(
                            table
                                + " "
                                + chain
                                + " "
                                + (element.matches()
                                    ? "-" + element.group(1) + " … " + element.group(3)
                                    : rule));
                      }
                    }));
    return shape;
  }
}
