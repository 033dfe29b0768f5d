package dev.weft.e2e.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a lab holds: its topology and the nodes it has now. Kept in its folder, so that every
 * command knows it.
 *
 * @param repository where the jars and manifests are
 * @param binaries where kube-apiserver, etcd and kubectl are
 * @param helm the binary
 * @param images folders by what runs from them ({@code agent}, {@code operator}): a program's, with
 *     {@code lib/}, or the root file system of an image; absent: the tree's own build
 */
public record Inventory(
    Topology topology,
    List<NodeSpec> nodes,
    String repository,
    String binaries,
    String helm,
    Map<String, String> images) {
  public Inventory {
    nodes = List.copyOf(nodes);
    images = Map.copyOf(images);
  }

  /** The inventory of a new lab. */
  public static Inventory of(
      Topology topology,
      String repository,
      String binaries,
      String helm,
      Map<String, String> images) {
    var inventory = new Inventory(topology, List.of(), repository, binaries, helm, images);
    for (var cloud : topology.clouds()) {
      for (int i = 0; i < cloud.nodes(); i++) {
        inventory = inventory.withNodeIn(cloud.name());
      }
    }
    return inventory;
  }

  /** With one more node in that cloud, the last of the list. */
  public Inventory withNodeIn(String cloud) {
    topology.cloud(cloud);
    int ordinal = 1 + (int) nodes.stream().filter(n -> n.cloud().equals(cloud)).count();
    var all = new ArrayList<>(nodes);
    all.add(new NodeSpec(cloud + "-" + ordinal, cloud, ordinal, nodes.size() + 1));
    return new Inventory(topology, all, repository, binaries, helm, images);
  }

  /** With what runs from other folders than before; those of an empty map from the tree's build. */
  public Inventory withImages(Map<String, String> others) {
    return new Inventory(topology, nodes, repository, binaries, helm, others);
  }

  /** The node of that name. */
  public NodeSpec node(String name) {
    return nodes.stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node is named " + name));
  }

  /** All pods, in order. */
  public List<PodName> pods() {
    return nodes.stream().flatMap(n -> n.pods(topology).stream()).toList();
  }
}
