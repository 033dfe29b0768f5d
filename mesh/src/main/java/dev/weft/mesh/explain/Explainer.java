package dev.weft.mesh.explain;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.cluster.ReportedLanes;
import dev.weft.mesh.diagnose.Fault;
import dev.weft.mesh.explain.Step.Stage;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.walk.Outcome;
import dev.weft.mesh.walk.PacketWalk;
import dev.weft.mesh.walk.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Explains paths of one mesh. */
public final class Explainer {
  private final ClusterState state;
  private final MeshView view;
  private final Map<String, PlannedNode> plans = new TreeMap<>();
  private final PacketWalk walk;
  private final NodeSteps nodeSteps;
  private final EgressSteps egress;

  private Explainer(ClusterState state, MeshView view) {
    this.state = state;
    this.view = view;
    ReportedLanes.applied(state, view, NodePlans.of(state, view, new ArrayList<>()))
        .forEach(p -> plans.put(p.node().name(), p));
    this.walk = new PacketWalk(plans.values().stream().map(PlannedNode::walkNode).toList());
    this.nodeSteps = new NodeSteps(state, view, plans);
    this.egress = new EgressSteps(view, plans);
  }

  /**
   * Explains.
   *
   * @param view the mesh that both ends belong to
   * @throws IllegalArgumentException saying what is wrong, if an end can't be found
   */
  public static Explanation explain(ClusterState state, MeshView view, String from, String to) {
    var family = from.indexOf(':') >= 0 || to.indexOf(':') >= 0 ? Family.IPV6 : commonFamily(view);
    var places = new Places(state, view);
    return new Explainer(state, view).explain(places.find(from, family), places.find(to, family));
  }

  private static Family commonFamily(MeshView view) {
    return view.mesh().addresses().getFirst().family();
  }

  private Explanation explain(Place from, Place to) {
    if (from.address().family() != to.address().family()) {
      throw new IllegalArgumentException(
          "%s and %s are of different families; give addresses of one"
              .formatted(from.address(), to.address()));
    }
    var there = direction(from, to, false);
    boolean whole = there.stream().allMatch(Step::whole);
    return new Explanation(from, to, there, whole ? answer(from, to, there) : List.of());
  }

  /** What is behind a location answers the node that let the packet out; the internet, too. */
  private List<Step> answer(Place from, Place to, List<Step> there) {
    var exit =
        there.stream()
            .filter(s -> s.stage() == Stage.ROUTE)
            .map(Step::where)
            .reduce((one, other) -> other);
    return switch (to.kind()) {
      case NODE, POD, PEER, LEFT_OUT -> direction(to, from, true);
      case OUTSIDE -> exit.map(e -> returning(e, from, to)).orElse(List.of());
      case BEHIND_LOCATION ->
          exit.filter(e -> e.equals(from.node())).isPresent()
              ? List.of()
              : direction(
                  new Place(to.kind(), to.name(), to.address(), exit.orElse(to.node()), List.of()),
                  from,
                  true);
    };
  }

  /** From the exit, which knows whose packet it let out. */
  private List<Step> returning(String exit, Place from, Place to) {
    var peer = egress.fullTunnel(from);
    if (peer.isPresent()) {
      return new ClientSteps(state, view, peer.get()).leave(exit, to.address());
    }
    if (exit.equals(from.node())) {
      return List.of();
    }
    var chain = new Chain();
    chain.add(nodeSteps.working(exit));
    chain.add(egress.back(exit, from));
    egress
        .around(exit, egress.linkBack(exit, from), from.node())
        .ifPresent(around -> inside(around, chain));
    return chain.steps();
  }

  /** Packets around others are packets as any. */
  private void inside(EgressSteps.Around around, Chain chain) {
    var trace =
        walk.trace(around.from().node(), "", around.from().address(), around.to().address());
    follow(trace, around.from(), around.to(), chain);
  }

  /** Policies are asked about what starts a conversation: answers are let through by tracking. */
  private List<Step> direction(Place from, Place to, boolean answer) {
    var chain = new Chain();
    chain.add(end(from));
    chain.add(egress.leaves(from, to) ? egress.choice(from, to) : end(to));
    if (chain.isBroken()) {
      return chain.steps();
    }
    var start = entry(from, to, chain);
    if (chain.isBroken() || start.isEmpty()) {
      return chain.steps();
    }
    var by = from.kind() == Place.Kind.PEER ? view.mesh().spec().device().name() : "";
    var trace = walk.trace(start, by, from.address(), to.address());
    follow(trace, from, to, chain);
    if (!answer && !chain.isBroken()) {
      chain.add(PolicySteps.of(state, from, to));
    }
    return chain.steps();
  }

  /** What both ends need before a packet moves. */
  private List<Step> end(Place place) {
    return switch (place.kind()) {
      case NODE, POD, BEHIND_LOCATION -> nodeSteps.end(place);
      case PEER -> peerEnd(place);
      case LEFT_OUT -> List.of(leftOut(place.name()));
      case OUTSIDE ->
          List.of(
              Step.broken(
                  Stage.TOPOLOGY,
                  place.name(),
                  "belongs to no node, pod, peer or location of mesh " + view.mesh().name(),
                  "if it is behind a location, put its prefix into locationCIDRs of that location in spec.locations of the mesh, or into the annotation weft.dev/location-cidrs of its nodes; if behind a peer, into its spec.allowedIPs"));
    };
  }

  private Step leftOut(String name) {
    return MeshPlanner.plan(state.snapshot()).problems().stream()
        .filter(p -> p.name().equals(name) && Set.of("Node", "Peer").contains(p.kind()))
        .findFirst()
        .map(Fault::of)
        .map(f -> Step.broken(Stage.TOPOLOGY, name, "is left out: " + f.message(), f.fix()))
        .orElseGet(
            () ->
                Step.broken(
                    Stage.TOPOLOGY,
                    name,
                    "has no part in mesh %s".formatted(view.mesh().name()),
                    "is it of another mesh, or not yet judged? kubectl get wgn,wgp says so"));
  }

  private List<Step> peerEnd(Place place) {
    var steps = new ArrayList<Step>();
    var peer = peer(place.name()).orElseThrow();
    steps.add(
        Step.good(
            Stage.ALLOCATION,
            place.name(),
            "has %s"
                .formatted(
                    peer.allowedIPs().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", ")))));
    return steps;
  }

  private Optional<MeshPeer> peer(String name) {
    return view.peers().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** The node at which the packet enters the mesh; a Peer's by its configuration. */
  private String entry(Place from, Place to, Chain chain) {
    if (from.kind() != Place.Kind.PEER) {
      return from.node();
    }
    var peer = peer(from.name()).orElseThrow();
    if (to.kind() == Place.Kind.OUTSIDE && !peer.fullTunnel()) {
      chain.add(
          Step.good(
              Stage.CLIENT,
              peer.name(),
              "has no full tunnel: sends it by its own network, beside the mesh"));
      return "";
    }
    return new ClientSteps(state, view, peer).enter(to.address(), chain);
  }

  private void follow(Trace trace, Place from, Place to, Chain chain) {
    var path = trace.outcome().path();
    for (int i = 0; i < trace.crossings().size(); i++) {
      var crossing = trace.crossings().get(i);
      chain.add(nodeSteps.working(crossing.node()));
      chain.add(
          Step.good(Stage.RULE, crossing.node(), crossing.rule()),
          Step.good(Stage.ROUTE, crossing.node(), crossing.route()));
      var next = i + 1 < path.size() ? path.get(i + 1) : "";
      if (crossing.tunnel() && !next.isEmpty()) {
        chain.add(nodeSteps.tunnel(crossing.node(), next, to.address()));
      }
      egress
          .exit(from)
          .flatMap(exit -> egress.around(crossing.node(), crossing.link(), exit))
          .ifPresent(around -> inside(around, chain));
    }
    chain.add(end(trace.outcome(), from, to));
    if (!chain.isBroken()) {
      chain.add(nodeSteps.forwarding(path, from, to));
    }
  }

  private List<Step> end(Outcome outcome, Place from, Place to) {
    var last = outcome.path().getLast();
    var unmet = unmet(last, to);
    if (unmet.isPresent()) {
      return List.of(unmet.get());
    }
    return switch (outcome) {
      case Outcome.Delivered delivered ->
          List.of(Step.good(Stage.ROUTE, last, to.address() + " is its own"));
      case Outcome.Left left when egress.leaves(from, to) -> List.of(egress.left(last, from, to));
      case Outcome.Left left ->
          to.kind() == Place.Kind.BEHIND_LOCATION
              ? List.of(Step.good(Stage.ROUTE, last, "hands it to its network by table main"))
              : List.of(
                  Step.broken(
                      Stage.ROUTE,
                      last,
                      "has no mesh route to %s and sends it to its own network"
                          .formatted(to.address()),
                      "kubectl weft config %s --part route shows its configuration; kubectl weft diagnose why"
                          .formatted(last)));
      case Outcome.Dropped dropped -> dropped(dropped, last, from, to);
    };
  }

  /** Two ends that can't meet have no routes to each other; the reason is said, not its effect. */
  private Optional<Step> unmet(String last, Place to) {
    var topology = new Topology(view);
    return view.node(last)
        .flatMap(from -> view.node(to.node()).map(node -> topology.hop(from, node)))
        .flatMap(hop -> hop instanceof Hop.None none ? Optional.of(none) : Optional.empty())
        .map(
            none ->
                Step.broken(
                    none.reason().contains("endpoint") ? Stage.ENDPOINT : Stage.TOPOLOGY,
                    last,
                    none.reason(),
                    "kubectl weft diagnose names it with the annotation that fixes it"));
  }

  private List<Step> dropped(Outcome.Dropped dropped, String last, Place from, Place to) {
    var peer = to.kind() == Place.Kind.PEER ? peer(to.name()) : Optional.<MeshPeer>empty();
    if (peer.isPresent() && dropped.reason().contains("is no node")) {
      return new ClientSteps(state, view, peer.get()).leave(last, from.address());
    }
    if (dropped.reason().startsWith(Outcome.EXIT_REFUSES)) {
      return List.of(egress.refused(last, dropped.reason(), to));
    }
    var stage =
        dropped.reason().contains("endpoint")
            ? Stage.ENDPOINT
            : dropped.reason().contains("route") ? Stage.ROUTE : Stage.ALLOWED_IPS;
    return List.of(
        Step.broken(
            stage,
            last,
            dropped.reason(),
            stage == Stage.ENDPOINT
                ? "set the annotation weft.dev/endpoint on one of the two nodes, or open its UDP port"
                : "kubectl weft diagnose names what the operator had to leave out"));
  }

  /** Whether an address is a single one of a node's own. */
  static boolean isOwn(PlannedNode node, IpAddress address) {
    return node.node().addresses().contains(address) || node.node().internalIPs().contains(address);
  }
}
