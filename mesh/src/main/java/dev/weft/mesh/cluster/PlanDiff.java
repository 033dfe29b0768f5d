package dev.weft.mesh.cluster;

import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.render.ResolvedRoute;
import dev.weft.mesh.walk.Outcome;
import dev.weft.mesh.walk.PacketWalk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a change would do to nodes, and to the traffic between them.
 *
 * @param changes one line per address, WireGuard peer and route that would come ({@code +}), go
 *     ({@code -}) or change ({@code ~}), by node
 * @param flows one line per pair of ends whose traffic would be interrupted
 */
public record PlanDiff(Map<String, List<String>> changes, List<String> flows) {
  public PlanDiff {
    flows = List.copyOf(flows);
  }

  /** From one plan to another. */
  public static PlanDiff of(Collection<PlannedNode> before, Collection<PlannedNode> after) {
    var old = byName(before);
    var now = byName(after);
    var names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    var changes = new TreeMap<String, List<String>>();
    for (var name : names) {
      var lines = new ArrayList<String>();
      lines.addAll(lines("address", addresses(old.get(name)), addresses(now.get(name))));
      lines.addAll(lines("peer", peers(old.get(name), before), peers(now.get(name), after)));
      lines.addAll(lines("route", routes(old.get(name)), routes(now.get(name))));
      if (!lines.isEmpty()) {
        changes.put(name, List.copyOf(lines));
      }
    }
    return new PlanDiff(changes, flows(old, now));
  }

  /** Whether nothing would change. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  private static Map<String, PlannedNode> byName(Collection<PlannedNode> nodes) {
    return nodes.stream()
        .collect(Collectors.toMap(n -> n.node().name(), n -> n, (a, b) -> a, TreeMap::new));
  }

  private static List<String> lines(
      String what, Map<String, String> before, Map<String, String> after) {
    var lines = new ArrayList<String>();
    before.forEach(
        (key, value) -> {
          var now = after.get(key);
          if (now == null) {
            lines.add("- " + what + " " + key + " " + value);
          } else if (!now.equals(value)) {
            lines.add("~ " + what + " " + key + " " + value + "  →  " + now);
          }
        });
    after.forEach(
        (key, value) -> {
          if (!before.containsKey(key)) {
            lines.add("+ " + what + " " + key + " " + value);
          }
        });
    return lines.stream().map(String::stripTrailing).toList();
  }

  private static Map<String, String> addresses(
      @org.jspecify.annotations.Nullable PlannedNode node) {
    var map = new TreeMap<String, String>();
    if (node != null) {
      node.state().addresses().forEach(a -> map.put(a.address().toString(), ""));
    }
    return map;
  }

  private static Map<String, String> peers(
      @org.jspecify.annotations.Nullable PlannedNode node, Collection<PlannedNode> all) {
    var map = new TreeMap<String, String>();
    if (node == null) {
      return map;
    }
    for (var device : node.state().devices()) {
      device.peers().forEach(p -> map.put(name(p.publicKey(), all), text(p, node)));
    }
    return map;
  }

  private static String name(PublicKey key, Collection<PlannedNode> all) {
    return all.stream()
        .filter(n -> n.node().devices().stream().anyMatch(d -> d.publicKey().equals(key)))
        .map(n -> n.node().name())
        .findFirst()
        .orElse(key.text());
  }

  private static String text(DesiredPeer peer, PlannedNode node) {
    var endpoint =
        peer.endpoints().isEmpty() ? "" : " at " + node.names().show(peer.endpoints().getFirst());
    return "allowed "
        + peer.allowedIPs().stream().map(Object::toString).collect(Collectors.joining(","))
        + endpoint;
  }

  private static Map<String, String> routes(@org.jspecify.annotations.Nullable PlannedNode node) {
    Map<String, String> map = new LinkedHashMap<>();
    if (node != null) {
      for (var r : ResolvedRoute.of(node.state())) {
        map.merge(
            r.route().destination() + " table " + r.route().table(),
            (r.type().equals("throw")
                ? "throw"
                : (r.via().isEmpty() ? "" : "via " + r.via() + " ") + "dev " + r.dev()),
            (a, b) -> a + ", " + b);
      }
    }
    return map;
  }

  /** Pods of every pair of nodes: delivered before and not after, or by other nodes. */
  private static List<String> flows(Map<String, PlannedNode> old, Map<String, PlannedNode> now) {
    var flows = new ArrayList<String>();
    var before = walk(old.values());
    var after = walk(now.values());
    Set<String> both = new TreeSet<>(old.keySet());
    both.retainAll(now.keySet());
    for (var from : both) {
      for (var to : both) {
        var source = pod(old.get(from));
        var target = pod(old.get(to));
        if (from.equals(to)
            || source.isEmpty()
            || target.isEmpty()
            || source.getFirst().family() != target.getFirst().family()) {
          continue;
        }
        var was = before.walk(from, source.getFirst(), target.getFirst());
        var is = after.walk(from, source.getFirst(), target.getFirst());
        if (was instanceof Outcome.Delivered && !(is instanceof Outcome.Delivered)) {
          flows.add("pods of %s → pods of %s: cut".formatted(from, to));
        } else if (was instanceof Outcome.Delivered && !was.path().equals(is.path())) {
          flows.add(
              "pods of %s → pods of %s: by %s instead of %s, interrupted until both ends have changed"
                  .formatted(
                      from, to, String.join(", ", is.path()), String.join(", ", was.path())));
        }
      }
    }
    return flows;
  }

  private static List<IpAddress> pod(@org.jspecify.annotations.Nullable PlannedNode node) {
    return node == null
        ? List.of()
        : node.node().podCIDRs().stream().limit(1).map(p -> p.address().plus(7)).toList();
  }

  private static PacketWalk walk(Collection<PlannedNode> nodes) {
    return new PacketWalk(nodes.stream().map(PlannedNode::walkNode).toList());
  }
}
