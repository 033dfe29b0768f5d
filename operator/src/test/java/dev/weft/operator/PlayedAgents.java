package dev.weft.operator;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.MeshViewReader;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The agents of the mesh {@code weft}: they read the API server and report what they applied. */
record PlayedAgents(KubernetesClient client, TestCloud cloud) {
  MeshView view() {
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    Map<String, WireGuardNodeSpec> nodes = new HashMap<>();
    client
        .resources(WireGuardNode.class)
        .list()
        .getItems()
        .forEach(n -> nodes.put(n.getMetadata().getName(), n.getSpec()));
    Map<String, EffectivePeer> peers = new HashMap<>();
    for (var peer : client.resources(Peer.class).list().getItems()) {
      if (peer.getStatus() != null && peer.getStatus().effective() != null) {
        peers.put(peer.getMetadata().getName(), peer.getStatus().effective());
      }
    }
    var effective = Objects.requireNonNull(mesh.getStatus().effective());
    return MeshViewReader.read("weft", effective, nodes, peers).view();
  }

  /** All agents apply what is published, and all gateways answer each other. */
  void apply() {
    var view = view();
    var lanes = new Topology(view).lanes();
    for (var node : view.nodes()) {
      var tunnels = new ArrayList<ReportedPeer>();
      for (var location : lanes.byLocation().keySet()) {
        for (var other : lanes.met(node, location).values()) {
          var key = PeerDevice.of(node, other).orElseThrow().publicKey().text();
          tunnels.add(new ReportedPeer(key, "Fresh", null, true));
        }
      }
      cloud.reportLanes(node.name(), view.revision(), tunnels);
    }
  }
}
