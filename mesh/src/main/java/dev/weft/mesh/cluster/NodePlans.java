package dev.weft.mesh.cluster;

import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What every node of a view programs, by the agents' own planner, from what they report of
 * themselves. Where there is no report, Kilo's annotation gives the subnet; else routes name no
 * link.
 */
public final class NodePlans {
  /** Kilo's agents write their address with its prefix length here. */
  private static final String KILO_INTERNAL_IP = "kilo.squat.ai/internal-ip";

  /** An agent's own private key never leaves its node; nothing of this one is ever shown. */
  private static final PrivateKey STAND_IN = PrivateKey.ofBytes(new byte[32]);

  /** Stands for every public key that isn't known; a base64 text that no key pair has. */
  private static final PublicKey UNKNOWN_KEY = PublicKey.ofBytes(unknown());

  private final EndpointNames names;
  private final Map<String, LocalEgress> egress;
  private final Collection<Problem> problems;

  private NodePlans(MeshView view, Map<String, LocalEgress> egress, Collection<Problem> problems) {
    this.names = new EndpointNames(view);
    this.egress = egress;
    this.problems = problems;
  }

  /**
   * Plans all nodes of a view of a cluster, with what its pods and what is known of exits make of
   * them.
   *
   * @param problems gets what had to be left out
   */
  public static List<PlannedNode> of(
      ClusterState state, MeshView view, Collection<Problem> problems) {
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    return of(view, inputs, new ChosenPods(state, view).byNode(), problems);
  }

  /**
   * Plans all nodes of a view, of whose pods nothing is known.
   *
   * @param inputs Nodes and reports by name
   * @param problems gets what had to be left out
   */
  public static List<PlannedNode> of(
      MeshView view, Map<String, NodeInput> inputs, Collection<Problem> problems) {
    return of(view, inputs, Map.of(), problems);
  }

  private static List<PlannedNode> of(
      MeshView view,
      Map<String, NodeInput> inputs,
      Map<String, LocalEgress> egress,
      Collection<Problem> problems) {
    var plans = new NodePlans(view, egress, problems);
    var topology = new Topology(view);
    var nodes = new ArrayList<PlannedNode>();
    for (var node : view.nodes()) {
      var links = plans.links(node, Optional.ofNullable(inputs.get(node.name())));
      var pods = plans.egress.getOrDefault(node.name(), LocalEgress.NONE);
      var facts = new NodeFacts(node.name(), links, plans.names.byName(), apiServers(view), pods);
      var secrets = new NodeSecrets(keys(node), presharedKeys(view));
      var state = DataplanePlanner.plan(view, topology, facts, secrets);
      problems.addAll(state.problems());
      nodes.add(
          new PlannedNode(
              node, state, links, plans.names, view.mesh().spec().besideOtherCni(), pods.pods()));
    }
    return nodes;
  }

  private List<LinkFacts> links(MeshNode node, Optional<NodeInput> input) {
    var facts =
        input
            .flatMap(i -> i.report().stream().findFirst())
            .flatMap(r -> Optional.ofNullable(r.facts()));
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

  /** Stand-ins with the public keys that are known. */
  private static Map<DeviceId, KeyPair> keys(MeshNode node) {
    Map<DeviceId, KeyPair> keys = new HashMap<>();
    keys.put(DeviceId.DEFAULT, new KeyPair(STAND_IN, UNKNOWN_KEY));
    node.devices().forEach(d -> keys.put(d.id(), new KeyPair(STAND_IN, d.publicKey())));
    return keys;
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
