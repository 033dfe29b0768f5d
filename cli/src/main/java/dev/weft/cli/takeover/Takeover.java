package dev.weft.cli.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.Paths;
import dev.weft.cli.output.Visible;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The steps of a takeover; each can be done again. */
final class Takeover {
  private static final String MESH = Paths.mesh(Successor.NAME);

  private final ClusterChange cluster;
  private final KiloCluster kilo;
  private final Successor successor;
  private final String agentsNamespace;
  private final PrintWriter out;

  Takeover(
      Api api, KiloCluster kilo, Successor successor, String agentsNamespace, PrintWriter out) {
    this.cluster = new ClusterChange(api);
    this.kilo = kilo;
    this.successor = successor;
    this.agentsNamespace = agentsNamespace;
    this.out = out;
  }

  List<String> nodes(boolean moved) {
    return kilo.names(moved);
  }

  /**
   * Refuses what would leave a leader in the mesh and nodes of its location outside: it forwards
   * for them, and would do so into a tunnel that has no place for their packets.
   *
   * @param after names of the nodes that would be in the mesh
   */
  private void checkOrder(Set<String> after) {
    var label = KiloSettings.of(kilo.arguments()).topologyLabel();
    for (var leader : kilo.nodes()) {
      if (!KiloCluster.isLeader(leader) || !after.contains(name(leader))) {
        continue;
      }
      var location = KiloCluster.location(leader, label);
      var outside =
          kilo.nodes().stream()
              .filter(n -> KiloCluster.location(n, label).equals(location))
              .map(Takeover::name)
              .filter(n -> !after.contains(n))
              .sorted()
              .toList();
      if (!outside.isEmpty()) {
        throw new InputException(
            "Node %s leads its location for Kilo, and what %s sends goes through it; move the leader last, give it back first, or name them together"
                .formatted(name(leader), Successor.joined(outside)));
      }
    }
  }

  /** Makes mesh and Peers, if they aren't there, and moves nodes one after the other. */
  void apply(List<String> chosen) {
    var after = new HashSet<>(nodes(true));
    after.addAll(chosen);
    checkOrder(after);
    prepare();
    for (var node : nodes(false).stream().filter(chosen::contains).toList()) {
      cluster.node(
          node,
          Map.of(Successor.LABEL, "moved"),
          new HashMap<>(successor.annotations().getOrDefault(node, Map.of())));
      if (!ClusterChange.await(() -> cluster.isReady(node))) {
        unmark(node);
        throw new InputException(
            "Node %s is not Ready in the mesh after 90 s and was taken back; does Weft's agent run there? ('weft nodes', 'weft diagnose')"
                .formatted(node));
      }
      say(
          "Node %s is in the mesh %s; to nodes that are not, it goes on by Kilo"
              .formatted(node, Successor.NAME));
    }
  }

  private void prepare() {
    var there = cluster.find(MESH);
    if (there.isPresent()
        && !there.get().at("/spec/nodeSelector/matchLabels").has(Successor.LABEL)) {
      throw new InputException(
          "WireGuardMesh %s is there, and not for a takeover; was it finished, or has the chart made it (mesh.create)?"
              .formatted(Successor.NAME));
    }
    if (there.isEmpty() && cluster.create(Paths.WEFT + "wireguardmeshes", successor.mesh())) {
      say("WireGuardMesh " + Successor.NAME + " made");
    }
    for (var peer : successor.peers()) {
      secret(peer);
      if (cluster.create(Paths.peer(""), peer)) {
        say("Peer %s made, disabled".formatted(name(peer)));
      }
    }
  }

  private void secret(JsonNode peer) {
    var secret = peer.at("/spec/presharedKeySecretRef/name").asText();
    kilo.peers().stream()
        .filter(p -> name(p).equals(name(peer)) && !secret.isEmpty())
        .map(p -> p.at("/spec/presharedKey").asText())
        .forEach(key -> cluster.presharedKey(agentsNamespace, secret, key));
  }

  /** Gives nodes back to Kilo, which has never stopped. */
  void back(List<String> chosen) {
    var after = new HashSet<>(nodes(true));
    chosen.forEach(after::remove);
    checkOrder(after);
    for (var node : nodes(true).reversed().stream().filter(chosen::contains).toList()) {
      unmark(node);
      say("Node %s is Kilo's alone again".formatted(node));
    }
    if (nodes(true).stream().allMatch(chosen::contains)) {
      successor.peers().forEach(p -> cluster.delete(Paths.peer(name(p))));
      cluster.deleteMesh(Successor.NAME);
      say("WireGuardMesh %s and its Peers deleted; all is Kilo's".formatted(Successor.NAME));
    }
  }

  private void unmark(String node) {
    Map<String, @Nullable String> annotations = new HashMap<>();
    successor
        .annotations()
        .getOrDefault(node, Map.of())
        .keySet()
        .forEach(a -> annotations.put(a, null));
    Map<String, @Nullable String> labels = new HashMap<>();
    labels.put(Successor.LABEL, null);
    cluster.node(node, labels, annotations);
  }

  /** Ends Kilo, for all nodes are moved. */
  void finish() {
    var rest = nodes(false);
    if (!rest.isEmpty()) {
      throw new InputException(
          "not moved yet: %s; move them first (--apply --all)".formatted(Successor.joined(rest)));
    }
    var sick = nodes(true).stream().filter(n -> !cluster.isReady(n)).toList();
    if (!sick.isEmpty()) {
      throw new InputException(
          "not Ready: %s; Kilo stays until they are ('weft diagnose')"
              .formatted(Successor.joined(sick)));
    }
    for (var daemonSet : kilo.daemonSets()) {
      cluster.delete(
          "/apis/apps/v1/namespaces/%s/daemonsets/%s"
              .formatted(daemonSet.at("/metadata/namespace").asText(), name(daemonSet)));
      say("DaemonSet %s deleted".formatted(name(daemonSet)));
    }
    kilo.peers().forEach(p -> cluster.delete("/apis/kilo.squat.ai/v1alpha1/peers/" + name(p)));
    if (!kilo.peers().isEmpty()) {
      say(
          "Kilo's Peers deleted; Weft's are disabled until their owners have the new configuration: kubectl patch wgp NAME --type merge -p '{\"spec\":{\"disabled\":false}}', weft peer config NAME --private-key-file OLD.conf");
    }
    // All nodes are in it from now on, and new ones, too.
    var patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("spec").putNull("nodeSelector").put("masquerade", "Auto");
    cluster.merge(MESH, patch);
    for (var node : kilo.nodes()) {
      cluster.node(name(node), Map.of(), new HashMap<>(Successor.ownAnnotations(node)));
      Map<String, @Nullable String> gone = new HashMap<>();
      node.at("/metadata/annotations").properties().stream()
          .map(Map.Entry::getKey)
          .filter(a -> a.startsWith(KiloCluster.ANNOTATION))
          .forEach(a -> gone.put(a, null));
      Map<String, @Nullable String> label = new HashMap<>();
      label.put(Successor.LABEL, null);
      cluster.node(name(node), label, gone);
    }
    say("the mesh holds all nodes; now, on each node, as root: weft takeover kilo --host");
  }

  /** Refuses names of nodes that there aren't. */
  void check(List<String> names) {
    var all = Stream.concat(nodes(true).stream(), nodes(false).stream()).sorted().toList();
    names.stream()
        .filter(n -> !all.contains(n))
        .findFirst()
        .ifPresent(
            n -> {
              throw new InputException(
                  "there is no Node '%s'; there are: %s".formatted(n, Successor.joined(all)));
            });
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private void say(String line) {
    out.println(Visible.line(line));
    out.flush();
  }
}
