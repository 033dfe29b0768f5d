package dev.weft.cli.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Prefix;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Entries of spec.locations (ADR 110) for what annotations of Nodes say: the location, what is
 * behind it, and preferred gateways. Annotations that take a role away, and those for what entries
 * can't say, stay.
 */
final class LocationEntries {
  private static final String PREFIX = "weft.dev/";
  private static final String SITE = PREFIX + "site";
  private static final String GATEWAY = PREFIX + "gateway";
  private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
  private static final String DEFAULT_LABEL = "topology.kubernetes.io/region";
  private static final int MOST_RANGES = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode spec;
  private final String mesh;
  private final Notes notes;
  private final String label;

  LocationEntries(ObjectNode spec, String mesh, Notes notes) {
    this.spec = spec;
    this.mesh = mesh;
    this.notes = notes;
    this.label = spec.path("locationLabel").asText(DEFAULT_LABEL);
  }

  /**
   * Adds an entry for each location that has none yet and about which annotations say something.
   */
  void write(List<JsonNode> nodes) {
    var selector = selector();
    Map<String, List<JsonNode>> byLocation = new TreeMap<>();
    nodes.stream()
        .filter(n -> LabelSelection.matches(selector, labels(n)))
        .forEach(n -> byLocation.computeIfAbsent(location(n), l -> new ArrayList<>()).add(n));
    var there = new TreeSet<String>();
    spec.path("locations").forEach(e -> there.add(e.path("name").asText()));
    byLocation.forEach(
        (location, members) -> {
          if (there.contains(location)) {
            notes.info(mesh, "spec.locations has an entry " + location + ", which stays as it is");
          } else if (members.stream().anyMatch(LocationEntries::says)) {
            add(location, members, byLocation);
          }
        });
  }

  private void add(String location, List<JsonNode> members, Map<String, List<JsonNode>> all) {
    var entry = JsonNodeFactory.instance.objectNode().put("name", location);
    boolean labelled =
        members.stream().allMatch(n -> labels(n).getOrDefault(label, "").equals(location));
    boolean alone =
        all.entrySet().stream()
            .filter(e -> !e.getKey().equals(location))
            .flatMap(e -> e.getValue().stream())
            .noneMatch(n -> labels(n).getOrDefault(label, "").equals(location));
    if (labelled && alone) {
      entry.withObject("/nodeSelector/matchLabels").put(label, location);
    } else {
      entry.withObject("/nodeSelector/matchLabels").put(SITE, location);
      notes.decide(
          mesh,
          "before you apply: kubectl label node %s %s=%s"
              .formatted(names(members), SITE, location));
    }
    ranges(entry, location, members);
    var preferred = members.stream().filter(n -> annotation(n, "gateway").equals("true")).toList();
    if (!preferred.isEmpty()) {
      entry.withObject("/preferredGateways/matchLabels").put(GATEWAY, "preferred");
      notes.decide(
          mesh,
          "before you apply: kubectl label node %s %s=preferred"
              .formatted(names(preferred), GATEWAY));
    }
    spec.withArray("/locations").add(entry);
    var gone =
        members.stream()
            .filter(LocationEntries::says)
            .collect(
                Collectors.groupingBy(
                    LocationEntries::superfluous, TreeMap::new, Collectors.toList()));
    gone.forEach(
        (annotations, nodes) ->
            notes.decide(
                mesh,
                "when the entry %s is in force: kubectl annotate node %s %s"
                    .formatted(location, names(nodes), annotations)));
  }

  private void ranges(ObjectNode entry, String location, List<JsonNode> members) {
    var found = new TreeSet<Prefix>();
    for (var node : members) {
      for (var text : annotation(node, "location-cidrs").split(",", -1)) {
        try {
          if (!text.isBlank()) {
            found.add(Prefix.parse(text.strip()));
          }
        } catch (IllegalArgumentException e) {
          notes.decide(
              mesh,
              "annotation weft.dev/location-cidrs of Node %s: '%s' is no CIDR and is left out"
                  .formatted(names(List.of(node)), text.strip()));
        }
      }
    }
    if (!found.isEmpty()) {
      var list = entry.putArray("locationCIDRs");
      found.forEach(p -> list.add(p.toString()));
    }
    if (found.size() > MOST_RANGES) {
      notes.decide(
          mesh, "entry %s takes %d locationCIDRs: join some".formatted(location, MOST_RANGES));
    }
  }

  private @Nullable LabelSelector selector() {
    return spec.has("nodeSelector")
        ? JSON.convertValue(spec.path("nodeSelector"), LabelSelector.class)
        : null;
  }

  /** As the operator reads it where no entry selects the Node. */
  private String location(JsonNode node) {
    var own = annotation(node, "location");
    return Stream.of(own, labels(node).getOrDefault(label, ""))
        .filter(l -> l.matches(NAME))
        .findFirst()
        .orElse("default");
  }

  private static boolean says(JsonNode node) {
    return !superfluous(node).isEmpty();
  }

  /** The annotations that an entry replaces, as kubectl takes them away. */
  private static String superfluous(JsonNode node) {
    return Stream.of("location", "location-cidrs", "gateway")
        .filter(a -> !annotation(node, a).isEmpty())
        .filter(a -> !a.equals("gateway") || annotation(node, a).equals("true"))
        .map(a -> PREFIX + a + "-")
        .collect(Collectors.joining(" "));
  }

  private static String annotation(JsonNode node, String name) {
    return node.path("metadata").path("annotations").path(PREFIX + name).asText("");
  }

  private static Map<String, String> labels(JsonNode node) {
    var labels = new TreeMap<String, String>();
    node.at("/metadata/labels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return labels;
  }

  private static String names(List<JsonNode> nodes) {
    return nodes.stream()
        .map(n -> n.at("/metadata/name").asText())
        .collect(Collectors.joining(" "));
  }
}
