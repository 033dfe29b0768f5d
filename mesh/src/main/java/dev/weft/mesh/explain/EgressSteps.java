package dev.weft.mesh.explain;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.api.v1alpha1.Masquerade;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.dataplane.EgressPlanner;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.explain.Step.Stage;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How packets leave the cluster: who chose their exit, who translates them, how answers return. */
final class EgressSteps {
  /**
   * The packets around others, from one mesh address to another.
   *
   * @param from node that puts them in
   * @param to node that takes them out
   */
  record Around(Place from, Place to) {}

  private final MeshView view;
  private final Map<String, PlannedNode> plans;
  private final Topology topology;

  EgressSteps(MeshView view, Map<String, PlannedNode> plans) {
    this.view = view;
    this.plans = plans;
    this.topology = new Topology(view);
  }

  /**
   * Whether what a place sends to an address that nothing in the mesh has leaves the cluster: to
   * the internet it does; to a private network if somebody said by which exit.
   */
  boolean leaves(Place from, Place to) {
    var mesh = view.mesh();
    boolean inside =
        Stream.of(mesh.addresses(), mesh.podCIDRs(), mesh.serviceCIDRs())
            .flatMap(List::stream)
            .anyMatch(p -> p.contains(to.address()));
    return to.kind() == Place.Kind.OUTSIDE
        && from.kind() != Place.Kind.OUTSIDE
        && from.kind() != Place.Kind.BEHIND_LOCATION
        && from.kind() != Place.Kind.LEFT_OUT
        && !inside
        && (to.address().isGloballyRoutable()
            || rule(from).isPresent()
            || fullTunnel(from).isPresent());
  }

  /** Where it goes, and which gateway is chosen. */
  List<Step> choice(Place from, Place to) {
    var outside = Step.good(Stage.TOPOLOGY, to.name(), "is outside of the cluster");
    var rule = rule(from);
    return rule.isEmpty() ? List.of(outside) : List.of(outside, chosen(from, rule.get()));
  }

  private Step chosen(Place pod, EgressRule rule) {
    var start = "egress rule '%s' chose it; ".formatted(rule.name());
    var exit = topology.gateway(rule.location());
    if (exit.isPresent()) {
      boolean here = exit.get().name().equals(pod.node());
      return Step.good(
          Stage.EGRESS,
          pod.name(),
          start
              + "it leaves by %s, gateway of %s%s"
                  .formatted(
                      exit.get().name(), rule.location(), here ? ", which is its own node" : ""));
    }
    return rule.whenAway() == EgressFallback.LOCAL
        ? Step.good(
            Stage.EGRESS,
            pod.name(),
            start
                + "location %s has no gateway, so it leaves at its own node (whenAway: Local)"
                    .formatted(rule.location()))
        : Step.broken(
            Stage.EGRESS,
            pod.name(),
            start
                + "location %s has no gateway, so nothing of it leaves (whenAway: Drop)"
                    .formatted(rule.location()),
            "give location %s a gateway ('kubectl weft nodes' shows why it has none), or correct the location of rule '%s' in spec.egress of mesh %s"
                .formatted(rule.location(), rule.name(), view.mesh().name()));
  }

  /** The last step inside: the packet gets an address that answers find. */
  Step left(String node, Place from, Place to) {
    if (from.kind() == Place.Kind.NODE) {
      return Step.good(Stage.ROUTE, node, "hands it to its own network by table main");
    }
    boolean translated =
        Optional.ofNullable(plans.get(node)).stream()
            .flatMap(p -> p.state().firewall().masquerade().stream())
            .anyMatch(m -> translates(m, from.address(), to.address()));
    if (translated) {
      return Step.good(
          Stage.FIREWALL, node, "masquerades it: it is seen with the address of " + node);
    }
    return view.mesh().spec().masquerade() == Masquerade.DISABLED
        ? Step.good(
            Stage.FIREWALL,
            node,
            "lets it out as it is, for spec.masquerade is Disabled: what is behind %s has to translate %s"
                .formatted(node, from.address()))
        : Step.broken(
            Stage.FIREWALL,
            node,
            "lets it out with the address %s, to which no answer comes".formatted(from.address()),
            "name the exit by an egress rule, or by location and fullTunnel of the Peer");
  }

  /** The exit doesn't let it out. */
  Step refused(String exit, String reason, Place to) {
    return Step.broken(
        Stage.FIREWALL,
        exit,
        reason,
        "if it is meant to be reached by this exit, add %s or its range to spec.allowedExitCIDRs of mesh %s"
            .formatted(Prefix.host(to.address()), view.mesh().name()));
  }

  private static boolean translates(MasqueradeRule rule, IpAddress source, IpAddress destination) {
    return rule.destination().isEmpty()
        && rule.source().stream().anyMatch(p -> p.contains(source))
        && rule.except().stream().noneMatch(p -> p.contains(destination));
  }

  /** What carries packets by a link to an exit; empty: it is another kind of link. */
  Optional<Around> around(String node, String link, String far) {
    return local(node, link)
        .flatMap(own -> local(far, link).map(other -> new Around(at(node, own), at(far, other))));
  }

  private static Place at(String node, IpAddress address) {
    return new Place(Place.Kind.NODE, node, address, node, List.of());
  }

  private Optional<IpAddress> local(String node, String link) {
    return Optional.ofNullable(plans.get(node)).stream()
        .flatMap(p -> p.state().encapsulation().tunnels(DesiredTunnel.Scope.EGRESS).stream())
        .filter(t -> t.name().equals(link))
        .map(DesiredTunnel::local)
        .findFirst();
  }

  /** The exit of a pod that a rule chose. */
  Optional<String> exit(Place pod) {
    return rule(pod).flatMap(r -> topology.gateway(r.location())).map(MeshNode::name);
  }

  /** How the exit finds the pod's node: answers have a mark, by which they get their own table. */
  List<Step> back(String exit, Place pod) {
    var routing = view.mesh().spec().routing();
    int table = routing.table() + 1;
    var route = routeBack(exit, pod, table);
    return route.isEmpty()
        ? List.of(
            Step.broken(
                Stage.ROUTE,
                exit,
                "has no way back to %s in table %d".formatted(pod.address(), table),
                "kubectl weft config %s --part route shows its configuration".formatted(exit)))
        : List.of(
            Step.good(
                Stage.RULE,
                exit,
                "%d: fwmark 0x%x lookup %d"
                    .formatted(
                        routing.rulePriority() + EgressPlanner.ANSWERS,
                        routing.firewallMark(),
                        table)),
            Step.good(Stage.ROUTE, exit, route.get().destination() + " dev " + link(route.get())));
  }

  /** The link by which answers go back; empty: there is no route. */
  String linkBack(String exit, Place pod) {
    return routeBack(exit, pod, view.mesh().spec().routing().table() + 1)
        .map(EgressSteps::link)
        .orElse("");
  }

  private Optional<DesiredRoute> routeBack(String exit, Place pod, int table) {
    return Optional.ofNullable(plans.get(exit)).stream()
        .flatMap(p -> p.state().routes().stream())
        .filter(r -> r.table() == table && r.destination().contains(pod.address()))
        .max(Comparator.comparingInt(r -> r.destination().length()));
  }

  private static String link(DesiredRoute route) {
    return route.target() instanceof RouteTarget.Via via ? via.link() : "";
  }

  private Optional<EgressRule> rule(Place pod) {
    return Optional.ofNullable(plans.get(pod.node())).stream()
        .filter(p -> pod.kind() == Place.Kind.POD)
        .flatMap(p -> p.chosenPods().stream())
        .filter(p -> p.name().equals(pod.name()))
        .flatMap(p -> view.mesh().spec().egress().stream().filter(r -> r.name().equals(p.rule())))
        .findFirst();
  }

  /** The Peer at a place, if it sends everything through its location. */
  Optional<MeshPeer> fullTunnel(Place place) {
    return view.peers().stream()
        .filter(p -> place.kind() == Place.Kind.PEER && p.name().equals(place.name()))
        .filter(MeshPeer::fullTunnel)
        .findFirst();
  }
}
