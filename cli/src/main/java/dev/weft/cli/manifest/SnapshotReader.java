package dev.weft.cli.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.NodeShutdown;
import dev.weft.mesh.snapshot.PeerHoldings;
import dev.weft.mesh.snapshot.PeerInput;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
   * @param state of the cluster
   * @param problems what was left out
   */
  public record Reading(ClusterState state, List<Problem> problems) {
    /** What the planner reads of it. */
    public ClusterSnapshot snapshot() {
      return state.snapshot();
    }
  }

  private final ObjectMapper json =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final List<MeshInput> meshes = new ArrayList<>();
  private final List<ManifestObject> nodes = new ArrayList<>();
  private final Map<String, WireGuardNodeSpec> published = new HashMap<>();
  private final Map<String, NodeReportSpec> reports = new HashMap<>();
  private final List<PeerInput> peers = new ArrayList<>();

  private final Map<String, WireGuardMeshStatus> meshStatuses = new HashMap<>();
  private final Map<String, List<Condition>> nodeConditions = new HashMap<>();
  private final Map<String, PeerStatus> peerStatuses = new HashMap<>();
  private final Map<String, Long> generations = new HashMap<>();
  private final SurroundingsReader surroundings = new SurroundingsReader();

  private boolean meshGiven;

  private SnapshotReader() {}

  /**
   * Reads files.
   *
   * @param files paths; {@code -} is standard input
   * @throws dev.weft.cli.InputException if a file can't be read at all
   */
  public static Reading read(List<String> files, InputStream standardInput, long nowEpochSecond) {
    return read(ManifestReader.read(files, standardInput), AccessState.UNKNOWN, nowEpochSecond);
  }

  /** Reads objects, of which the first of each name counts. */
  public static Reading read(
      List<ManifestObject> objects, AccessState access, long nowEpochSecond) {
    var reader = new SnapshotReader();
    objects.forEach(reader::add);
    return reader.finish(access, nowEpochSecond);
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
      surroundings.add(group, object); // other objects of the cluster are not our business
      return;
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
    var generation = object.json().path("metadata").path("generation");
    if (generation.isIntegralNumber() && !group.equals("kilo.squat.ai")) {
      generations.put(object.kind() + "/" + object.name(), generation.asLong());
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
        status(object, WireGuardMeshStatus.class)
            .ifPresent(status -> meshStatuses.put(object.name(), status));
      }
      case "WireGuardNode" -> {
        convert(object, "spec", WireGuardNodeSpec.class, false)
            .ifPresent(spec -> published.put(object.name(), spec));
        status(object, WireGuardNodeStatus.class)
            .ifPresent(status -> nodeConditions.put(object.name(), status.conditions()));
      }
      case "NodeReport" ->
          convert(object, "spec", NodeReportSpec.class, false)
              .ifPresent(spec -> reports.put(object.name(), spec));
      default -> {
        boolean isKilo = !group.equals("weft.dev");
        if (isKilo) {
          KiloPeer.withHostBits(object.json())
              .forEach(
                  prefix ->
                      problems.add(
                          Problem.warning(
                              "Peer",
                              object.name(),
                              "spec.allowedIPs",
                              "HostBits",
                              "'" + prefix + "' has host bits set; they are cleared, as in Kilo")));
        }
        var source =
            isKilo ? new ManifestObject(object.source(), KiloPeer.toWeft(object.json())) : object;
        var status = isKilo ? Optional.<PeerStatus>empty() : status(object, PeerStatus.class);
        status.ifPresent(s -> peerStatuses.put(object.name(), s));
        convert(source, "spec", PeerSpec.class, true)
            .ifPresent(spec -> peers.add(peer(object, spec, status)));
      }
    }
  }

  /** Keys that the operator made are known by what is in force. */
  private PeerInput peer(ManifestObject object, PeerSpec spec, Optional<PeerStatus> status) {
    var effective = effective(object, EffectivePeer.class);
    var holdings =
        new PeerHoldings(
            status.map(PeerStatus::addresses).orElse(List.of()),
            spec.publicKey() == null
                ? effective.stream().flatMap(SnapshotReader::key).toList()
                : List.of(),
            effective.stream().anyMatch(e -> e.presharedKeySecretRef() != null));
    return new PeerInput(object.name(), object.createdAt(), spec, effective, holdings);
  }

  private static Stream<PublicKey> key(EffectivePeer effective) {
    try {
      return Stream.of(new PublicKey(effective.publicKey()));
    } catch (IllegalArgumentException e) {
      return Stream.empty(); // nothing that an operator would write
    }
  }

  private <T extends Record> Optional<T> status(ManifestObject object, Class<T> type) {
    return object.json().path("status").isObject()
        ? convert(object, "status", type, false)
        : Optional.empty();
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
    UnknownFields.of(json, value, type)
        .forEach(
            path ->
                problems.add(
                    Problem.warning(
                        named.kind(),
                        named.name(),
                        field + path,
                        "UnknownField",
                        "there is no such field; it is passed over")));
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
    }
    return Optional.empty();
  }

  private void problem(ManifestObject object, String field, String reason, String message) {
    problems.add(Problem.error(object.kind(), object.name(), field, reason, message));
  }

  private Reading finish(AccessState access, long now) {
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
    var snapshot =
        new ClusterSnapshot(
            meshes,
            nodes.stream().map(n -> node(n, access)).toList(),
            peers,
            Set.of(),
            now,
            surroundings.apiServers());
    return new Reading(
        new ClusterState(
            snapshot,
            meshStatuses,
            nodeConditions,
            peerStatuses,
            surroundings.pods(),
            surroundings.policies(),
            surroundings.namespaces(),
            generations,
            access),
        problems);
  }

  private static Liveness liveness(String node, AccessState access) {
    var age = access.leaseAgeSeconds().get(node);
    if (age == null) {
      return Liveness.UNKNOWN;
    }
    return age <= access.leaseDurationSeconds().getOrDefault(node, age)
        ? Liveness.ALIVE
        : Liveness.EXPIRED;
  }

  private static boolean isShuttingDown(JsonNode node) {
    return StreamSupport.stream(node.at("/status/conditions").spliterator(), false)
        .anyMatch(
            c ->
                NodeShutdown.isReported(
                    c.path("type").asText(),
                    c.path("status").asText(),
                    c.path("message").asText()));
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

  private NodeInput node(ManifestObject object, AccessState access) {
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
        "", // a plan on paper waits for no Lease
        liveness(object.name(), access),
        object.json().path("spec").path("unschedulable").asBoolean(false)
            || isShuttingDown(object.json()));
  }
}
