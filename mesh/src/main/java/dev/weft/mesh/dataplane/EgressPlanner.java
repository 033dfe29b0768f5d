package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How chosen pods of one node leave the cluster elsewhere, and how answers to those of others that
 * leave here get back. Policy rules, offsets from the mesh's first priority:
 *
 * <pre>
 * +8   answers to what left here (fwmark): table T+1, to the nodes of the pods
 * +12  to the API server's addresses and ports: main
 * +13  from the own pods: main without its default route
 * +14  from a chosen pod: the table of its rule
 * </pre>
 *
 * They come after the mesh's own table, so nothing that has a route in the mesh gets here. A rule's
 * table throws what else is the cluster's, and leads the rest to the exit by two halves of the
 * internet; below them, where nothing may leave by another way, all of it is unreachable, which
 * holds also when the link to the exit is gone.
 */
public final class EgressPlanner {
  /** Offset of the rule of answers to what left here, from the mesh's first priority. */
  public static final int ANSWERS = 8;

  /** Offset of the rules of chosen pods, from the mesh's first priority. */
  public static final int POD_RULES = 14;

  /** What {@link #plan} gives. */
  record Egress(
      List<DesiredRoute> routes, List<DesiredRule> rules, DesiredEncapsulation encapsulation) {
    /** Routing tables in use. */
    List<Integer> tables() {
      return routes.stream().map(DesiredRoute::table).distinct().sorted().toList();
    }
  }

  private static final int MAIN = 254;

  private final MeshView view;
  private final MeshNode self;
  private final NodeFacts facts;
  private final Exits exits;
  private final List<Prefix> cluster;
  private final List<Problem> problems;
  private final EgressNetwork network;
  private final Map<String, Integer> tables;
  private final List<DesiredRoute> routes = new ArrayList<>();
  private final List<DesiredRule> rules = new ArrayList<>();

  /**
   * A planner.
   *
   * @param cluster all prefixes of mesh and cluster
   */
  EgressPlanner(
      MeshView view,
      MeshNode self,
      NodeFacts facts,
      Exits exits,
      List<Prefix> cluster,
      int deviceMtu,
      List<Problem> problems) {
    this.view = view;
    this.self = self;
    this.facts = facts;
    this.exits = exits;
    this.cluster = cluster;
    this.problems = problems;
    this.network = new EgressNetwork(view, self, deviceMtu);
    this.tables =
        EgressTables.of(
            view.mesh().spec().routing().table(),
            exits.rules().stream().map(EgressRule::name).toList());
  }

  Egress plan() {
    Map<String, List<Family>> led = new HashMap<>();
    for (var rule : exits.rules()) {
      led.put(rule.name(), lead(rule));
    }
    if (led.values().stream().anyMatch(f -> !f.isEmpty())) {
      addCommonRules();
    }
    for (var pod : facts.egress().pods()) {
      addRules(pod, led.getOrDefault(pod.rule(), List.of()));
    }
    problems.addAll(facts.egress().problems());
    addWaysBack();
    routes.sort(
        Comparator.comparingInt(DesiredRoute::table).thenComparing(DesiredRoute::destination));
    return new Egress(routes, rules, network.encapsulation());
  }

  /** Fills a rule's table; the families whose packets are to look there. */
  private List<Family> lead(EgressRule rule) {
    var exit = exits.of(rule);
    if (exit.filter(exits::isSelf).isPresent()) {
      return List.of(); // by the default route, as every pod here
    }
    exit.filter(this::isSilent).ifPresent(e -> report(rule, e));
    var led = new ArrayList<Family>();
    for (var family : self.podCIDRs().stream().map(Prefix::family).distinct().toList()) {
      var way = exit.filter(e -> speaks(e, family)).flatMap(e -> network.path(e, family));
      boolean closed = rule.whenAway() == EgressFallback.DROP;
      if (!closed && exit.filter(this::isSilent).isPresent()) {
        way = Optional.empty();
      }
      if (way.isPresent() || closed) {
        fill(table(rule.name()), family, way, closed);
        led.add(family);
      }
    }
    return led;
  }

  /** Whether it has a family itself, so that there may be an internet of that family behind it. */
  private static boolean speaks(MeshNode exit, Family family) {
    return exit.addresses().stream().anyMatch(a -> a.family() == family)
        || exit.internalIPs().stream().anyMatch(a -> a.family() == family);
  }

  private boolean isSilent(MeshNode exit) {
    return facts.egress().silentExits().contains(exit.name());
  }

  private void report(EgressRule rule, MeshNode exit) {
    if (facts.egress().pods().stream().anyMatch(p -> p.rule().equals(rule.name()))) {
      problems.add(
          Problem.warning(
              "Node",
              self.name(),
              "spec.egress",
              "ExitSilent",
              "exit %s of rule '%s' does not answer; pods chosen by it %s until it does"
                  .formatted(
                      exit.name(),
                      rule.name(),
                      rule.whenAway() == EgressFallback.DROP
                          ? "reach nothing outside the cluster"
                          : "leave at this node")));
    }
  }

  private void fill(int table, Family family, Optional<RouteTarget.Via> way, boolean closed) {
    cluster.stream()
        .filter(p -> p.family() == family)
        .forEach(p -> route(table, p, new RouteTarget.Throw()));
    way.ifPresent(via -> halves(family).forEach(half -> route(table, half, via)));
    if (closed) {
      route(table, Prefix.all(family), new RouteTarget.Unreachable());
    }
  }

  private static List<Prefix> halves(Family family) {
    return switch (family) {
      case IPV4 -> List.of(Prefix.parse("0.0.0.0/1"), Prefix.parse("128.0.0.0/1"));
      case IPV6 -> List.of(Prefix.parse("::/1"), Prefix.parse("8000::/1"));
    };
  }

  private void addCommonRules() {
    int first = view.mesh().spec().routing().rulePriority();
    for (var server : facts.apiServers()) {
      server.address().ifPresent(a -> rules.add(RulePlanner.apiServer(first + 12, "", a, server)));
    }
    for (var pods : self.podCIDRs()) {
      rules.add(
          new DesiredRule(
              pods.family(),
              first + 13,
              false,
              Optional.of(pods),
              Optional.empty(),
              "",
              0,
              0,
              0,
              MAIN,
              Optional.of(0)));
    }
  }

  private void addRules(EgressPod pod, List<Family> led) {
    int priority = view.mesh().spec().routing().rulePriority() + POD_RULES;
    for (var address : pod.addresses()) {
      if (!led.contains(address.family())) {
        continue;
      }
      if (self.podCIDRs().stream().anyMatch(p -> p.contains(address))) {
        rules.add(
            RulePlanner.rule(
                address.family(),
                priority,
                false,
                Optional.of(Prefix.host(address)),
                "",
                0,
                0,
                table(pod.rule())));
      } else {
        problems.add(outside(pod, address));
      }
    }
  }

  private Problem outside(EgressPod pod, IpAddress address) {
    return Problem.warning(
        "Node",
        self.name(),
        "spec.egress",
        "PodOutsidePodCIDRs",
        "pod %s has the address %s, which is in none of the node's accepted pod CIDRs %s, so no answer would find it: rule '%s' does not hold for it"
            .formatted(pod.name(), address, self.podCIDRs(), pod.rule()));
  }

  /** Packets from the internet would be refused by the tunnels, whose peers don't speak for it. */
  private void addWaysBack() {
    var routing = view.mesh().spec().routing();
    int back = routing.table() + 1;
    for (var node : exits.podNodes()) {
      for (var pods : node.podCIDRs()) {
        network.path(node, pods.family()).ifPresent(via -> route(back, pods, via));
      }
    }
    routes.stream()
        .filter(r -> r.table() == back)
        .map(r -> r.destination().family())
        .distinct()
        .forEach(
            family ->
                rules.add(
                    RulePlanner.rule(
                        family,
                        routing.rulePriority() + ANSWERS,
                        false,
                        Optional.empty(),
                        "",
                        routing.firewallMark(),
                        routing.firewallMask(),
                        back)));
  }

  private int table(String rule) {
    return java.util.Objects.requireNonNull(tables.get(rule), rule);
  }

  private void route(int table, Prefix destination, RouteTarget target) {
    routes.add(new DesiredRoute(table, destination, target, Optional.empty()));
  }
}
