package dev.weft.mesh.explain;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.explain.Step.Stage;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshView;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node on the way contributes. */
final class NodeSteps {
  private final ClusterState state;
  private final MeshView view;
  private final Map<String, PlannedNode> plans;

  NodeSteps(ClusterState state, MeshView view, Map<String, PlannedNode> plans) {
    this.state = state;
    this.view = view;
    this.plans = plans;
  }

  /** An end of the path that is on a node, or behind its location. */
  List<Step> end(Place place) {
    var node = view.node(place.node());
    if (node.isEmpty()) {
      return List.of(
          Step.broken(
              Stage.TOPOLOGY,
              place.name(),
              place.node().isEmpty()
                  ? "is on no node yet"
                  : "is on node %s, which is not of mesh %s"
                      .formatted(place.node(), view.mesh().name()),
              place.node().isEmpty()
                  ? "kubectl describe pod says what it waits for"
                  : "check spec.nodeSelector of the mesh and 'kubectl weft status'"));
    }
    var chain = new Chain();
    var role = Topology.isSpeaker(node.get()) ? "gateway" : "member";
    chain.add(
        Step.good(
            Stage.TOPOLOGY,
            place.name(),
            "%s of location %s"
                .formatted(
                    place.kind() == Place.Kind.NODE
                        ? role
                        : "on " + node.get().name() + ", " + role,
                    node.get().location())));
    chain.add(working(place.node()));
    if (place.kind() == Place.Kind.POD) {
      boolean own = node.get().podCIDRs().stream().anyMatch(p -> p.contains(place.address()));
      chain.add(
          own
              ? Step.good(
                  Stage.ALLOCATION, place.name(), place.address() + " is of the node's pod CIDR")
              : Step.broken(
                  Stage.ALLOCATION,
                  place.name(),
                  "%s is not in the pod CIDRs that the mesh knows of %s (%s)"
                      .formatted(
                          place.address(),
                          place.node(),
                          node.get().podCIDRs().stream()
                              .map(Object::toString)
                              .collect(Collectors.joining(", "))),
                  "another CNI has attached the pod: put Weft's conflist first in /etc/cni/net.d and recreate the pod, or set spec.podNetwork of the mesh to External"));
    }
    return chain.steps();
  }

  /** Whether a node's agent has applied its configuration. */
  List<Step> working(String name) {
    var input = state.node(name);
    var report = input.flatMap(i -> i.report().stream().findFirst());
    if (report.isEmpty()) {
      return List.of(
          Step.broken(
              Stage.AGENT,
              name,
              "has no NodeReport: its agent never ran",
              "kubectl -n weft-agents get pods -o wide; start the agent on " + name));
    }
    if (input.get().liveness().isSilent()) {
      return List.of(
          Step.broken(
              Stage.AGENT,
              name,
              "its agent's Lease has run out: node or agent is down, or cut off from the API server",
              "look at the node, and at its agent: kubectl -n weft-agents logs -l app.kubernetes.io/name=weft-agent --field-selector spec.nodeName="
                  + name));
    }
    return condition(report.get().conditions(), "Applied")
        .filter(c -> "False".equals(c.getStatus()))
        .map(
            c ->
                List.of(
                    Step.broken(
                        Stage.AGENT,
                        name,
                        "has not applied its configuration (%s): %s"
                            .formatted(c.getReason(), c.getMessage()),
                        "fix what the kernel refuses on %s; the agent tries again by itself"
                            .formatted(name))))
        .orElse(List.of());
  }

  /** A tunnel between two nodes. */
  List<Step> tunnel(String from, String to, IpAddress destination) {
    var a = plans.get(from);
    var b = plans.get(to);
    if (a == null || b == null || a.node().devices().isEmpty() || b.node().devices().isEmpty()) {
      return List.of();
    }
    var chain = new Chain();
    chain.add(
        Step.good(Stage.ALLOWED_IPS, from, "%s belongs to peer %s".formatted(destination, to)));
    chain.add(endpoint(a, b));
    chain.add(handshake(a, b));
    chain.add(mtu(a));
    chain.add(mtu(b));
    return chain.steps();
  }

  private static Step endpoint(PlannedNode a, PlannedNode b) {
    var there = endpoints(a, b);
    var back = endpoints(b, a);
    var inside = candidate(a, b).or(() -> candidate(b, a));
    if (there.isEmpty() && back.isEmpty() && inside.isPresent()) {
      return Step.good(
          Stage.ENDPOINT,
          a.node().name(),
          "neither it nor %s has an endpoint that everybody can call; they try %s"
              .formatted(b.node().name(), inside.get()));
    }
    if (there.isEmpty() && back.isEmpty()) {
      return Step.broken(
          Stage.ENDPOINT,
          a.node().name(),
          "neither it nor %s has an endpoint".formatted(b.node().name()),
          "set the annotation weft.dev/endpoint on one of the two");
    }
    return Step.good(
        Stage.ENDPOINT,
        a.node().name(),
        there.isEmpty()
            ? "%s is behind NAT and calls".formatted(b.node().name())
            : "calls %s at %s".formatted(b.node().name(), there.getFirst()));
  }

  /** Endpoints of the device by which one node has the other as a peer, as published. */
  private static List<Endpoint> endpoints(PlannedNode from, PlannedNode to) {
    return PeerDevice.of(from.node(), to.node()).map(d -> d.remote().endpoints()).orElse(List.of());
  }

  /** Where one calls the other, of those that its agent tries. */
  private static Optional<Endpoint> candidate(PlannedNode from, PlannedNode to) {
    return PeerDevice.of(from.node(), to.node()).stream()
        .flatMap(
            d ->
                from.state().device(d.own()).stream()
                    .flatMap(own -> own.peers().stream())
                    .filter(p -> p.publicKey().equals(d.publicKey())))
        .flatMap(p -> p.endpoints().stream())
        .findFirst();
  }

  private Step handshake(PlannedNode a, PlannedNode b) {
    var one = state.handshake(a.node(), b.node());
    var other = state.handshake(b.node(), a.node());
    var names = a.node().name() + " and " + b.node().name();
    boolean silent = state.isSilent(a.node(), b.node()) || state.isSilent(b.node(), a.node());
    if (silent) {
      return Step.broken(
          Stage.HANDSHAKE,
          a.node().name(),
          names + " have a tunnel, and nothing comes back through it just now",
          "open UDP %1$s in the firewalls of both clouds; on %2$s, as root: kubectl weft diagnose --node %2$s"
              .formatted(endpointText(a, b), a.node().name()));
    }
    if (one.equals("Fresh") || other.equals("Fresh")) {
      return Step.good(Stage.HANDSHAKE, a.node().name(), names + " shook hands within 3 minutes");
    }
    boolean kept =
        a.node().persistentKeepaliveSeconds() + b.node().persistentKeepaliveSeconds() > 0;
    boolean never = one.equals("Never") && (other.equals("Never") || other.isEmpty());
    if (never || kept) {
      return Step.broken(
          Stage.HANDSHAKE,
          a.node().name(),
          names + (never ? " never shook hands" : " lost their tunnel more than 3 minutes ago"),
          "UDP to %s is dropped on the way, or its endpoint is wrong: open the port in its cloud's firewall, compare the annotation weft.dev/endpoint with the node's public address"
              .formatted(endpointText(a, b)));
    }
    return Step.good(
        Stage.HANDSHAKE,
        a.node().name(),
        names + " have been quiet for more than 3 minutes; a packet wakes the tunnel");
  }

  private static String endpointText(PlannedNode a, PlannedNode b) {
    return Stream.concat(endpoints(a, b).stream(), endpoints(b, a).stream())
        .findFirst()
        .map(Object::toString)
        .orElse("the gateway");
  }

  private Step mtu(PlannedNode node) {
    int device = node.state().widestDevice();
    var name = node.node().name();
    return node.tooNarrow()
        .map(
            link ->
                Step.broken(
                    Stage.MTU,
                    name,
                    "its tunnel has MTU %d, which with %d bytes of WireGuard doesn't fit into %s's %d"
                        .formatted(device, PlannedNode.OVERHEAD, link.name(), link.mtu()),
                    view.mesh().spec().device().mtu() == null
                        ? "on %s: ip link set %s mtu 1500, if its network carries that"
                            .formatted(name, link.name())
                        : "take spec.device.mtu off the mesh, or set it to %d at most"
                            .formatted(link.mtu() - PlannedNode.OVERHEAD)))
        .orElseGet(
            () ->
                Step.good(
                    Stage.MTU,
                    name,
                    "%d in the tunnel, %s below"
                        .formatted(
                            device,
                            node.narrowest().map(l -> l.mtu() + "").orElse("nothing known"))));
  }

  /** Whether the nodes that pass the packet on may do so. */
  List<Step> forwarding(List<String> path, Place from, Place to) {
    var steps = new ArrayList<Step>();
    for (var name : path) {
      boolean isOnlyEnd =
          plans.get(name) != null
              && (Explainer.isOwn(plans.get(name), from.address())
                  || Explainer.isOwn(plans.get(name), to.address()));
      var preflight =
          state
              .report(name)
              .flatMap(r -> condition(r.conditions(), "Preflight"))
              .filter(c -> "False".equals(c.getStatus()));
      if (preflight.isPresent()
          && (preflight.get().getMessage().contains("rp_filter")
              || (!isOnlyEnd && preflight.get().getMessage().contains("forward")))) {
        steps.add(
            Step.broken(
                Stage.FIREWALL,
                name,
                preflight.get().getMessage(),
                fix(preflight.get().getMessage())));
        return steps;
      }
    }
    steps.add(Step.good(Stage.FIREWALL, path.getLast(), "all on the way forward"));
    return steps;
  }

  /** Preflight says its own fix after "run". */
  private static String fix(String message) {
    int at = message.indexOf("run ");
    return at < 0 ? "fix it on the node" : message.substring(at + 4);
  }

  private static Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }
}
