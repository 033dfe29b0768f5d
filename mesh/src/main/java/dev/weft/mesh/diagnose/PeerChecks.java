package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.plan.PeerSecretNames;
import dev.weft.mesh.view.MeshView;
import java.util.List;

/** Peers that are in force, and still won't work. */
final class PeerChecks {
  private PeerChecks() {}

  static void check(ClusterState state, MeshView view, List<Fault> faults) {
    for (var peer : view.peers()) {
      for (var endpoint : peer.endpoints()) {
        endpoint
            .address()
            .filter(a -> peer.allowedIPs().stream().anyMatch(p -> p.contains(a)))
            .ifPresent(
                a ->
                    faults.add(
                        new Fault(
                            "EndpointInOwnAllowedIPs",
                            "Peer/" + peer.name(),
                            "its endpoint %s lies in its own allowed IPs: members would reach it through itself"
                                .formatted(a),
                            "kubectl edit wgp %s: take a prefix without %s"
                                .formatted(peer.name(), a))));
      }
      var secret = peer.presharedKeySecret();
      if (!secret.isEmpty()
          && state.access().presharedKeysRead()
          && !state.access().presharedKeySecrets().contains(secret)) {
        faults.add(
            new Fault(
                "PresharedKeySecretMissing",
                "Peer/" + peer.name(),
                "Secret %s is not in the agents' namespace: the peer is left out everywhere"
                    .formatted(secret),
                secret.equals(PeerSecretNames.of(peer.name()))
                    ? "kubectl -n weft-system logs deploy/weft-operator"
                    : "kubectl -n weft-agents create secret generic %s --from-file=presharedKey=FILE"
                        .formatted(secret)));
      }
      for (var other : view.nodes()) {
        if (!peer.endpoints().isEmpty()
            && other.devices().stream()
                .anyMatch(d -> d.endpoints().contains(peer.endpoints().getFirst()))) {
          faults.add(
              new Fault(
                  "EndpointIsANodes",
                  "Peer/" + peer.name(),
                  "its endpoint %s is that of node %s"
                      .formatted(peer.endpoints().getFirst(), other.name()),
                  "kubectl edit wgp %s: give its own address, or none if it roams"
                      .formatted(peer.name())));
        }
      }
    }
    for (var peer : state.snapshot().peers()) {
      var status = state.peers().get(peer.name());
      if (status == null) {
        continue;
      }
      for (var condition : status.conditions()) {
        if (condition.getType().equals("ConfigOutdated") && condition.getStatus().equals("True")) {
          faults.add(
              new Fault(
                  "ConfigOutdated",
                  "Peer/" + peer.name(),
                  "its client's configuration is older than the mesh",
                  "kubectl weft peer config " + peer.name()));
        }
      }
    }
  }
}
