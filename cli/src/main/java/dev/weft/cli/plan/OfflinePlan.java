package dev.weft.cli.plan;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What every node would program, planned from manifests alone by the operator's and the agent's own
 * planners.
 *
 * @param nodes by name
 * @param problems of all stages
 */
record OfflinePlan(List<PlannedNode> nodes, List<Problem> problems) {
  /** Kilo's agents write their address with its prefix length here. */
  private static final String KILO_INTERNAL_IP = "kilo.squat.ai/internal-ip";

  /** An agent's own private key never leaves its node; nothing of this one is ever shown. */
  private static final PrivateKey STAND_IN = PrivateKey.ofBytes(new byte[32]);

  /** Stands for every public key that isn't known; a base64 text that no key pair has. */
  private static final PublicKey UNKNOWN_KEY = PublicKey.ofBytes(unknown());

  /**
   * A node of the plan.
   *
   * @param node as it would be published
   * @param state what its agent would program
   * @param names to show endpoints with
   */
  record PlannedNode(MeshNode node, DesiredState state, OfflineNames names) {}

  static OfflinePlan of(SnapshotReader.Reading reading) {
    var problems = new LinkedHashSet<>(reading.problems());
    var plan = MeshPlanner.plan(reading.snapshot());
    problems.addAll(plan.problems());
    Map<String, NodeInput> inputs =
        reading.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    var nodes = new ArrayList<PlannedNode>();
    for (var mesh : plan.meshes()) {
      plan.view(mesh.name())
          .ifPresent(view -> plan(view, inputs, reading.reports(), nodes, problems));
    }
    nodes.sort(Comparator.comparing(n -> n.node().name()));
    return new OfflinePlan(nodes, List.copyOf(problems));
  }

  private static void plan(
      MeshView view,
      Map<String, NodeInput> inputs,
      Map<String, NodeReportSpec> reports,
      List<PlannedNode> nodes,
      LinkedHashSet<Problem> problems) {
    var topology = new Topology(view);
    var names = new OfflineNames(view);
    for (var node : view.nodes()) {
      var links =
          links(
              node,
              Optional.ofNullable(inputs.get(node.name())),
              Optional.ofNullable(reports.get(node.name())),
              problems);
      var facts = new NodeFacts(node.name(), links, names.byName(), apiServers(view));
      var key = node.devices().isEmpty() ? UNKNOWN_KEY : node.devices().getFirst().publicKey();
      var secrets = new NodeSecrets(STAND_IN, key, presharedKeys(view));
      var state = DataplanePlanner.plan(view, topology, facts, secrets);
      problems.addAll(state.problems());
      nodes.add(new PlannedNode(node, state, names));
    }
  }

  /**
   * What a report says; without one, what Kilo's annotation says; else nothing, and routes name no
   * link.
   */
  private static List<LinkFacts> links(
      MeshNode node,
      Optional<NodeInput> input,
      Optional<NodeReportSpec> report,
      LinkedHashSet<Problem> problems) {
    var facts = report.flatMap(r -> Optional.ofNullable(r.facts()));
    var links = new ArrayList<LinkFacts>();
    if (facts.isPresent()) {
      for (var link : facts.get().links()) {
        try {
          links.add(
              new LinkFacts(
                  link.name(),
                  link.mtu(),
                  link.addresses().stream().map(InterfaceAddress::parse).toList()));
        } catch (IllegalArgumentException e) {
          problems.add(
              Problem.error(
                  "NodeReport",
                  node.name(),
                  "spec.facts.links",
                  "InvalidAddress",
                  e.getMessage() + "; link " + link.name() + " is left out"));
        }
      }
      return links;
    }
    var kilo = input.map(i -> i.annotations().getOrDefault(KILO_INTERNAL_IP, "")).orElse("");
    if (kilo.contains("/") && !kilo.endsWith("/32")) {
      try {
        return List.of(new LinkFacts("", 1500, List.of(InterfaceAddress.parse(kilo.strip()))));
      } catch (IllegalArgumentException e) {
        return List.of(); // said by the planner, which reads the same annotation
      }
    }
    return List.of();
  }

  private static List<Endpoint> apiServers(MeshView view) {
    var server = view.mesh().spec().apiServer();
    if (server == null) {
      return List.of();
    }
    try {
      var endpoint = new Endpoint(server.host(), server.port());
      return endpoint.address().isPresent() ? List.of(endpoint) : List.of();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Whether there is one is all that is shown. */
  private static Map<String, PresharedKey> presharedKeys(MeshView view) {
    var standIn = PresharedKey.ofBytes(unknown());
    Map<String, PresharedKey> keys = new HashMap<>();
    view.peers().stream()
        .map(MeshPeer::presharedKeySecret)
        .filter(s -> !s.isEmpty())
        .forEach(s -> keys.put(s, standIn));
    return keys;
  }

  private static byte[] unknown() {
    var bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }
}
