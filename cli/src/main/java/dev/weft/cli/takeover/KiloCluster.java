package dev.weft.cli.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.manifest.ManifestObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Kilo as it is found in a cluster.
 *
 * @param daemonSets that run kg
 * @param nodes all Nodes
 * @param peers Kilo's Peers
 */
record KiloCluster(List<JsonNode> daemonSets, List<JsonNode> nodes, List<JsonNode> peers) {
  static final String ANNOTATION = "kilo.squat.ai/";
  private static final String PEERS = "/apis/kilo.squat.ai/v1alpha1/peers";
  private static final int NOT_FOUND = 404;

  KiloCluster {
    daemonSets = List.copyOf(daemonSets);
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
  }

  /**
   * Reads.
   *
   * @throws InputException if something may not be read
   */
  static KiloCluster read(Api api) {
    return new KiloCluster(
        list(api, "/apis/apps/v1/daemonsets").stream().filter(KiloCluster::runsKilo).toList(),
        list(api, "/api/v1/nodes"),
        list(api, PEERS));
  }

  /** The same of objects that were read from files. */
  static KiloCluster of(List<ManifestObject> objects) {
    return new KiloCluster(
        ofKind(objects, "apps/", "DaemonSet").filter(KiloCluster::runsKilo).toList(),
        ofKind(objects, "v1", "Node").toList(),
        ofKind(objects, ANNOTATION, "Peer").toList());
  }

  private static Stream<JsonNode> ofKind(List<ManifestObject> objects, String api, String kind) {
    return objects.stream()
        .map(ManifestObject::json)
        .filter(o -> o.path("kind").asText().equals(kind))
        .filter(o -> o.path("apiVersion").asText().startsWith(api));
  }

  /**
   * Names of nodes that have been moved, or have not, in the order in which to move them: those
   * that lead their location for Kilo last, for they forward what unmoved nodes send.
   */
  List<String> names(boolean moved) {
    return nodes.stream()
        .filter(n -> n.at("/metadata/labels").has(Successor.LABEL) == moved)
        .sorted(Comparator.comparing(KiloCluster::isLeader).thenComparing(Takeover::name))
        .map(Takeover::name)
        .toList();
  }

  /** Whether there is any sign of it. */
  boolean isThere() {
    return !daemonSets.isEmpty()
        || !peers.isEmpty()
        || nodes.stream().anyMatch(KiloCluster::isMarked);
  }

  /** Whether Kilo has left its mark on a Node. */
  static boolean isMarked(JsonNode node) {
    return node.at("/metadata/annotations").properties().stream()
        .anyMatch(a -> a.getKey().startsWith(ANNOTATION));
  }

  /**
   * Whether a Node leads its location: it alone has an address in Kilo's subnet. Other nodes of the
   * location send through it.
   */
  static boolean isLeader(JsonNode node) {
    return !node.at("/metadata/annotations").path(ANNOTATION + "wireguard-ip").asText().isEmpty();
  }

  /** The location of a Node, as kg sees it. */
  static String location(JsonNode node, String topologyLabel) {
    var annotated = node.at("/metadata/annotations").path(ANNOTATION + "location").asText();
    return annotated.isEmpty()
        ? node.at("/metadata/labels").path(topologyLabel).asText()
        : annotated;
  }

  /**
   * The arguments of the first kg, such as {@code --port=51820}; empty: it has none, or is gone.
   */
  List<String> arguments() {
    var arguments = new ArrayList<String>();
    daemonSets.stream()
        .flatMap(d -> stream(d.at("/spec/template/spec/containers")))
        .filter(KiloCluster::isKg)
        .findFirst()
        .ifPresent(c -> stream(c.path("args")).forEach(a -> arguments.add(a.asText())));
    return arguments;
  }

  private static boolean runsKilo(JsonNode daemonSet) {
    return stream(daemonSet.at("/spec/template/spec/containers")).anyMatch(KiloCluster::isKg);
  }

  /** Its image is squat/kilo, or a copy with that name at the end. */
  private static boolean isKg(JsonNode container) {
    return container.path("image").asText().matches("(.*/)?kilo([:@].*)?");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<JsonNode> list(Api api, String path) {
    try {
      return stream(api.get(path).path("items")).toList();
    } catch (ApiRefusal e) {
      if (e.code() == NOT_FOUND) {
        return List.of();
      }
      throw new InputException("%s can't be listed: %s".formatted(path, e.says()));
    }
  }
}
