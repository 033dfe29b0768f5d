package dev.weft.mesh.graph;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.GatewayStates;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is drawn.
 *
 * @param groups locations, by name
 * @param peers Peers outside, by name
 * @param edges tunnels, each once
 */
public record MeshGraph(List<Group> groups, List<Vertex> peers, List<Edge> edges) {
  /**
   * A location.
   *
   * @param vertices its nodes, gateways first
   */
  public record Group(String name, List<Vertex> vertices) {
    public Group {
      vertices = List.copyOf(vertices);
    }
  }

  /**
   * A node or Peer.
   *
   * @param id unique; letters, digits and underscores
   * @param name as people know it
   * @param gateway whether it is drawn as a gateway
   * @param well whether it is in order
   * @param note of one of several gateways, its ordinal and state; else empty
   */
  public record Vertex(String id, String name, boolean gateway, boolean well, String note) {
    /** The name, and the note. */
    public String label() {
      return note.isEmpty() ? name : name + " (" + note + ")";
    }
  }

  /** State of a tunnel. */
  public enum Health {
    /** A handshake of the last three minutes. */
    FRESH,
    /** An older one. */
    STALE,
    /** None ever. */
    NEVER,
    /** No agent reports it. */
    UNKNOWN
  }

  /** A tunnel, or the way of a member to its gateway. */
  public record Edge(Vertex from, Vertex to, boolean tunnel, Health health) {
    /** For the arrow. */
    public String label() {
      return switch (health) {
        case FRESH -> tunnel ? "< 3 min" : "";
        case STALE -> "> 3 min";
        case NEVER -> "never";
        case UNKNOWN -> tunnel ? "?" : "";
      };
    }
  }

  public MeshGraph {
    groups = List.copyOf(groups);
    peers = List.copyOf(peers);
    edges = List.copyOf(edges);
  }

  /** The graph of one mesh. */
  public static MeshGraph of(ClusterState state, MeshView view, List<PlannedNode> plans) {
    var topology = new Topology(view);
    var notes = notes(state, view);
    Map<String, Vertex> byKey = new HashMap<>();
    Map<String, Vertex> byName = new HashMap<>();
    Map<String, List<Vertex>> groups = new TreeMap<>();
    for (var node : view.nodes()) {
      var vertex =
          new Vertex(
              id("n", node.name()),
              node.name(),
              Topology.isSpeaker(node),
              isWell(state, node.name()),
              notes.getOrDefault(node.name(), ""));
      byName.put(node.name(), vertex);
      node.devices().forEach(d -> byKey.put(d.publicKey().text(), vertex));
      groups.computeIfAbsent(node.location(), l -> new ArrayList<>()).add(vertex);
    }
    var peers = new ArrayList<Vertex>();
    for (var peer : view.peers()) {
      var vertex = new Vertex(id("p", peer.name()), peer.name(), false, true, "");
      byKey.put(peer.publicKey().text(), vertex);
      peers.add(vertex);
    }
    var edges = new ArrayList<Edge>();
    Set<Set<String>> drawn = new HashSet<>();
    for (var plan : plans) {
      var from = byName.get(plan.node().name());
      for (var device : plan.state().devices()) {
        for (var peer : device.peers()) {
          var to = byKey.get(peer.publicKey().text());
          if (from != null && to != null && drawn.add(Set.of(from.id(), to.id()))) {
            edges.add(new Edge(from, to, true, health(state, plan, device, peer, to)));
          }
        }
      }
    }
    for (var node : view.nodes()) {
      var from = byName.get(node.name());
      if (from != null && !from.gateway()) {
        gateways(topology, node).stream()
            .flatMap(g -> Stream.ofNullable(byName.get(g.name())))
            .forEach(g -> edges.add(new Edge(from, g, false, Health.UNKNOWN)));
      }
    }
    return new MeshGraph(
        groups.entrySet().stream()
            .map(
                e ->
                    new Group(
                        e.getKey(),
                        e.getValue().stream()
                            .sorted(java.util.Comparator.comparing(v -> !v.gateway()))
                            .toList()))
            .toList(),
        peers,
        edges);
  }

  /** The gateways that a member sends to. */
  private static List<MeshNode> gateways(Topology topology, MeshNode member) {
    return topology.lanes().isActive()
        ? topology.lanes().besides(member)
        : topology.gateway(member.location()).stream().toList();
  }

  /** Of several gateways, by name. */
  private static Map<String, String> notes(ClusterState state, MeshView view) {
    Map<String, NodeReportSpec> reports = new HashMap<>();
    state.snapshot().nodes().stream()
        .filter(n -> !n.liveness().isSilent())
        .forEach(n -> n.report().forEach(r -> reports.put(n.name(), r)));
    Map<String, String> notes = new HashMap<>();
    GatewayStates.of(view, reports)
        .values()
        .forEach(states -> states.forEach(s -> notes.put(s.node(), GatewayStates.note(s))));
    return notes;
  }

  /** The better of what both ends say: a tunnel has one session. */
  private static Health health(
      ClusterState state, PlannedNode plan, DesiredDevice device, DesiredPeer peer, Vertex to) {
    var said =
        List.of(
            state.handshake(plan.node().name(), peer.publicKey().text()),
            state.handshake(to.name(), device.publicKey().text()));
    if (said.contains("Fresh")) {
      return Health.FRESH;
    }
    if (said.contains("Stale")) {
      return Health.STALE;
    }
    return said.contains("Never") ? Health.NEVER : Health.UNKNOWN;
  }

  private static boolean isWell(ClusterState state, String node) {
    boolean alive =
        state.node(node).map(NodeInput::liveness).orElse(Liveness.UNKNOWN) != Liveness.EXPIRED;
    return alive
        && state.nodeConditions().getOrDefault(node, List.of()).stream()
            .allMatch(c -> "True".equals(c.getStatus()));
  }

  private static String id(String kind, String name) {
    var text = new StringBuilder(kind);
    name.chars()
        .forEach(
            c -> {
              if (Character.isLetterOrDigit(c)) {
                text.append((char) c);
              } else {
                text.append('_').append(Integer.toHexString(c)).append('_');
              }
            });
    return text.toString();
  }
}
