package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.MeshLocation;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The locations that the mesh's administrator defines, and which Nodes are in which. Where two
 * entries want one Node or overlapping prefixes, what is in force stays, else the entry that is
 * listed first has it; the mesh has a problem that names both.
 */
final class LocationEntries {
  private static final int NAMED = 5;

  private final Problems problems;
  private final Map<String, LocationEntry> byNode = new HashMap<>();

  /**
   * The entries of a mesh.
   *
   * @param oldestFirst its nodes
   */
  LocationEntries(String meshName, WireGuardMeshSpec mesh, List<NodeInput> oldestFirst) {
    this.problems = new Problems("WireGuardMesh", meshName);
    Map<String, MeshLocation> chosen = new HashMap<>();
    Map<List<String>, List<String>> disputed = new TreeMap<>(Comparator.comparing(String::valueOf));
    for (var node : oldestFirst) {
      var takers =
          mesh.locations().stream()
              .filter(l -> LabelSelection.matches(l.nodeSelector(), node.labels()))
              .toList();
      if (takers.isEmpty()) {
        continue;
      }
      var taker = takers.stream().filter(l -> isIn(node, l)).findFirst().orElse(takers.getFirst());
      chosen.put(node.name(), taker);
      takers.stream()
          .filter(l -> !l.name().equals(taker.name()))
          .forEach(
              l ->
                  disputed
                      .computeIfAbsent(List.of(taker.name(), l.name()), k -> new ArrayList<>())
                      .add(node.name()));
    }
    disputed.forEach((names, nodes) -> selectedTwice(names.getFirst(), names.getLast(), nodes));
    var entries = accepted(mesh.locations(), inForce(oldestFirst, chosen));
    chosen.forEach(
        (node, location) ->
            byNode.put(
                node, entries.getOrDefault(location, new LocationEntry(location, List.of()))));
  }

  /** The entry that a node belongs to. */
  Optional<LocationEntry> of(NodeInput node) {
    return Optional.ofNullable(byNode.get(node.name()));
  }

  /** What is wrong with the entries. */
  List<Problem> problems() {
    return problems.toList();
  }

  private static boolean isIn(NodeInput node, MeshLocation location) {
    return node.published().stream().anyMatch(p -> p.location().equals(location.name()));
  }

  private void selectedTwice(String first, String second, List<String> nodes) {
    problems.error(
        "spec.locations[" + second + "].nodeSelector",
        "NodeInTwoLocations",
        "it selects Node %s%s, which spec.locations[%s] selects as well; location %s keeps what both select: narrow one of the two nodeSelectors"
            .formatted(
                String.join(", ", nodes.stream().limit(NAMED).toList()),
                nodes.size() > NAMED ? " and " + (nodes.size() - NAMED) + " more" : "",
                first,
                first));
  }

  /** By location and prefix, what the nodes of an entry have in force. */
  private static Set<String> inForce(
      List<NodeInput> nodes, Map<String, MeshLocation> locationByNode) {
    var published = new HashSet<String>();
    for (var node : nodes) {
      var location = locationByNode.get(node.name());
      if (location != null) {
        node.published().stream()
            .flatMap(p -> p.locationCIDRs().stream())
            .forEach(prefix -> published.add(location.name() + " " + prefix));
      }
    }
    return published;
  }

  private record Wish(MeshLocation location, Prefix prefix) {}

  /**
   * The entries with the prefixes that nothing speaks against but what others of the mesh claim.
   */
  private Map<MeshLocation, LocationEntry> accepted(
      List<MeshLocation> locations, Set<String> inForce) {
    var wishes = new ArrayList<Wish>();
    for (var location : locations) {
      for (var text : location.locationCIDRs()) {
        wishes.add(new Wish(location, Prefix.parse(text)));
      }
    }
    wishes.sort(
        Comparator.comparing(w -> !inForce.contains(w.location().name() + " " + w.prefix())));
    var holders = new PrefixIndex<String>();
    Map<MeshLocation, List<Prefix>> held = new HashMap<>();
    for (var wish : wishes) {
      var name = wish.location().name();
      if (isFree(wish, holders)) {
        holders.add(wish.prefix(), name);
        held.computeIfAbsent(wish.location(), l -> new ArrayList<>()).add(wish.prefix());
      }
    }
    Map<MeshLocation, LocationEntry> entries = new HashMap<>();
    for (var location : locations) {
      var prefixes = held.getOrDefault(location, List.of());
      entries.put(
          location,
          new LocationEntry(
              location,
              location.locationCIDRs().stream()
                  .map(Prefix::parse)
                  .filter(prefixes::contains)
                  .distinct()
                  .toList()));
    }
    return entries;
  }

  private boolean isFree(Wish wish, PrefixIndex<String> holders) {
    var name = wish.location().name();
    var field = "spec.locations[" + name + "].locationCIDRs";
    var reserved = SpecialRanges.reserved(wish.prefix());
    if (reserved.isPresent()) {
      problems.error(
          field, "LocationCIDRNotAllowed", wish.prefix() + " " + reserved.get() + "; take it out");
      return false;
    }
    var other = holders.overlapping(wish.prefix(), holder -> !holder.equals(name));
    if (other.isPresent()) {
      problems.error(
          field,
          "LocationCIDRInTwoLocations",
          "%s overlaps %s of spec.locations[%s], which keeps it; %s is left out: take one of the two off its entry, or renumber one of the networks"
              .formatted(
                  wish.prefix(), other.get().getKey(), other.get().getValue(), wish.prefix()));
      return false;
    }
    return true;
  }
}
