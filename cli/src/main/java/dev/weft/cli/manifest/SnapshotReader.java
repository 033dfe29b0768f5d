package dev.weft.cli.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads manifests into a snapshot. An object that can't be read is left out, with a problem that
 * names it.
 */
public final class SnapshotReader {
  /** The mesh that is assumed where no WireGuardMesh is given. */
  static final String ASSUMED_MESH = "default";

  /**
   * What was read.
   *
   * @param snapshot for the planner
   * @param reports by Node name
   * @param problems what was left out
   */
  public record Reading(
      ClusterSnapshot snapshot, Map<String, NodeReportSpec> reports, List<Problem> problems) {}

  private final ObjectMapper json = new ObjectMapper();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final List<MeshInput> meshes = new ArrayList<>();
  private final List<ManifestObject> nodes = new ArrayList<>();
  private final Map<String, WireGuardNodeSpec> published = new HashMap<>();
  private final Map<String, NodeReportSpec> reports = new HashMap<>();
  private final List<PeerInput> peers = new ArrayList<>();

  private final List<String> unknownFields = new ArrayList<>();
  private boolean meshGiven;

  private SnapshotReader() {
    json.addHandler(
        new DeserializationProblemHandler() {
          @Override
          public boolean handleUnknownProperty(
              DeserializationContext context,
              JsonParser parser,
              JsonDeserializer<?> deserializer,
              Object bean,
              String property)
              throws IOException {
            unknownFields.add(
                parser.getParsingContext().pathAsPointer().toString().replace('/', '.'));
            parser.skipChildren();
            return true;
          }
        });
  }

  /**
   * Reads files.
   *
   * @param files paths; {@code -} is standard input
   * @throws dev.weft.cli.InputException if a file can't be read at all
   */
  public static Reading read(List<String> files, InputStream standardInput, long nowEpochSecond) {
    var reader = new SnapshotReader();
    ManifestReader.read(files, standardInput).forEach(reader::add);
    return reader.finish(nowEpochSecond);
  }

  private void add(ManifestObject object) {
    var group = object.apiVersion().replaceFirst("/.*", "");
    var known =
        switch (group + " " + object.kind()) {
          case "v1 Node",
              "weft.dev WireGuardMesh",
              "weft.dev WireGuardNode",
              "weft.dev NodeReport",
              "weft.dev Peer",
              "kilo.squat.ai Peer" ->
              true;
          default -> false;
        };
    if (!known) {
      return; // other objects of the cluster are not our business
    }
    if (object.name().isEmpty()) {
      problem(
          object,
          "metadata.name",
          "NameMissing",
          "is absent in " + object.source() + "; the object is left out");
      return;
    }
    if (!seen.add(group + "/" + object.kind() + "/" + object.name())) {
      problem(
          object,
          "metadata.name",
          "Duplicate",
          "stands a second time in " + object.source() + "; the first one counts");
      return;
    }
    switch (object.kind()) {
      case "Node" -> nodes.add(object);
      case "WireGuardMesh" -> {
        meshGiven = true;
        convert(object, "spec", WireGuardMeshSpec.class, true)
            .ifPresent(
                spec ->
                    meshes.add(
                        new MeshInput(
                            object.name(),
                            object.createdAt(),
                            spec,
                            effective(object, WireGuardMeshSpec.class))));
      }
      case "WireGuardNode" ->
          convert(object, "spec", WireGuardNodeSpec.class, false)
              .ifPresent(spec -> published.put(object.name(), spec));
      case "NodeReport" ->
          convert(object, "spec", NodeReportSpec.class, false)
              .ifPresent(spec -> reports.put(object.name(), spec));
      default -> {
        var source =
            group.equals("weft.dev")
                ? object
                : new ManifestObject(object.source(), KiloPeer.toWeft(object.json()));
        convert(source, "spec", PeerSpec.class, true)
            .ifPresent(
                spec ->
                    peers.add(
                        new PeerInput(
                            object.name(),
                            object.createdAt(),
                            spec,
                            effective(object, EffectivePeer.class))));
      }
    }
  }

  private <T extends Record> List<T> effective(ManifestObject object, Class<T> type) {
    return object.json().path("status").path("effective").isObject()
        ? convert(
                new ManifestObject(object.source(), object.json().path("status")),
                object,
                "effective",
                type,
                false)
            .stream()
            .toList()
        : List.of();
  }

  private <T extends Record> Optional<T> convert(
      ManifestObject object, String field, Class<T> type, boolean mayBeAbsent) {
    return convert(object, object, field, type, mayBeAbsent);
  }

  private <T extends Record> Optional<T> convert(
      ManifestObject holder,
      ManifestObject named,
      String field,
      Class<T> type,
      boolean mayBeAbsent) {
    JsonNode value = holder.json().path(field);
    if (value.isMissingNode() || value.isNull()) {
      if (!mayBeAbsent) {
        problem(named, field, "FieldMissing", "is absent; the object is left out");
        return Optional.empty();
      }
      value = json.createObjectNode();
    }
    try {
      var read = json.treeToValue(value, type);
      var missing = RequiredFields.missing(read);
      if (missing.isPresent()) {
        problem(named, field + missing.get(), "FieldMissing", "is absent; the object is left out");
        return Optional.empty();
      }
      return Optional.of(read);
    } catch (JsonMappingException e) {
      problem(
          named,
          field + FieldErrors.path(e),
          "InvalidField",
          FieldErrors.message(e) + "; the object is left out");
    } catch (JsonProcessingException e) {
      problem(
          named,
          field,
          "InvalidField",
          ManifestReader.firstLine(e.getOriginalMessage()) + "; the object is left out");
    } finally {
      unknownFields.forEach(
          path ->
              problems.add(
                  Problem.warning(
                      named.kind(),
                      named.name(),
                      field + path,
                      "UnknownField",
                      "there is no such field; it is passed over")));
      unknownFields.clear();
    }
    return Optional.empty();
  }

  private void problem(ManifestObject object, String field, String reason, String message) {
    problems.add(Problem.error(object.kind(), object.name(), field, reason, message));
  }

  private Reading finish(long now) {
    if (!meshGiven && !nodes.isEmpty()) {
      problems.add(
          Problem.warning(
              "WireGuardMesh",
              ASSUMED_MESH,
              "spec",
              "AssumedMesh",
              "no WireGuardMesh is given; one with all defaults is assumed"));
      meshes.add(new MeshInput(ASSUMED_MESH, "", WireGuardMeshSpec.DEFAULT, List.of()));
    }
    var names = nodes.stream().map(ManifestObject::name).collect(Collectors.toSet());
    published.keySet().stream()
        .filter(n -> !names.contains(n))
        .sorted()
        .forEach(n -> orphan("WireGuardNode", n));
    reports.keySet().stream()
        .filter(n -> !names.contains(n))
        .sorted()
        .forEach(n -> orphan("NodeReport", n));
    return new Reading(
        new ClusterSnapshot(meshes, nodes.stream().map(this::node).toList(), peers, Set.of(), now),
        reports,
        problems);
  }

  private void orphan(String kind, String name) {
    problems.add(
        Problem.warning(
            kind,
            name,
            "metadata.name",
            "NoSuchNode",
            "there is no Node of that name; the object is passed over"));
  }

  private NodeInput node(ManifestObject object) {
    var podCIDRs = new ArrayList<String>();
    object.json().path("spec").path("podCIDRs").forEach(c -> podCIDRs.add(c.asText()));
    var single = object.json().path("spec").path("podCIDR").asText("");
    if (podCIDRs.isEmpty() && !single.isEmpty()) {
      podCIDRs.add(single);
    }
    var addresses = new ArrayList<NodeAddress>();
    object
        .json()
        .path("status")
        .path("addresses")
        .forEach(
            a ->
                addresses.add(
                    new NodeAddress(a.path("type").asText(), a.path("address").asText())));
    return new NodeInput(
        object.name(),
        object.createdAt(),
        object.strings("labels"),
        object.strings("annotations"),
        podCIDRs,
        addresses,
        Optional.ofNullable(published.get(object.name())).stream().toList(),
        Optional.ofNullable(reports.get(object.name())).stream().toList(),
        "", // a plan on paper waits for nobody
        Liveness.UNKNOWN);
  }
}
