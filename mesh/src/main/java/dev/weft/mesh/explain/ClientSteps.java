package dev.weft.mesh.explain;

import dev.weft.mesh.client.ClientConfigPlanner;
import dev.weft.mesh.client.ClientPeer;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.explain.Step.Stage;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The link between a Peer's own device and its gateway. */
final class ClientSteps {
  private final ClusterState state;
  private final MeshPeer peer;
  private final List<ClientPeer> gateways;

  ClientSteps(ClusterState state, MeshView view, MeshPeer peer) {
    this.state = state;
    this.peer = peer;
    this.gateways = ClientConfigPlanner.plan(view, peer, List.of()).peers();
  }

  /** The gateway at which its packets enter; empty if the chain is broken. */
  String enter(IpAddress destination, Chain chain) {
    var gateway = gatewayFor(destination);
    if (gateway.isEmpty()) {
      chain.add(
          Step.broken(
              Stage.CLIENT,
              peer.name(),
              "no AllowedIPs of its configuration hold " + destination,
              "the mesh has no way there either; see the topology with: kubectl weft graph"));
      return "";
    }
    chain.add(
        Step.good(
            Stage.CLIENT,
            peer.name(),
            "sends %s to %s, gateway of %s"
                .formatted(destination, gateway.get().gateway(), gateway.get().location())));
    chain.add(outdated());
    chain.add(connection(gateway.get().gateway(), !gateway.get().endpoint().isEmpty()));
    return gateway.get().gateway();
  }

  /** The last link of a packet to the Peer, at that gateway. */
  List<Step> leave(String gateway, IpAddress source) {
    var chain = new Chain();
    chain.add(
        Step.good(
            Stage.ALLOWED_IPS, gateway, "has Peer %s as a WireGuard peer".formatted(peer.name())));
    chain.add(outdated());
    boolean callable =
        gateways.stream().anyMatch(g -> g.gateway().equals(gateway) && !g.endpoint().isEmpty());
    chain.add(connection(gateway, callable));
    var answersTo = gatewayFor(source);
    boolean accepts = answersTo.filter(g -> g.gateway().equals(gateway)).isPresent();
    chain.add(
        accepts
            ? Step.good(
                Stage.CLIENT, peer.name(), "takes packets of %s from %s".formatted(source, gateway))
            : Step.broken(
                Stage.CLIENT,
                peer.name(),
                "does not take packets of %s from %s".formatted(source, gateway),
                "give its client the current configuration: kubectl weft peer config "
                    + peer.name()));
    return chain.steps();
  }

  private Optional<ClientPeer> gatewayFor(IpAddress address) {
    return gateways.stream()
        .filter(g -> longest(g, address) >= 0)
        .max(Comparator.comparingInt(g -> longest(g, address)));
  }

  private static int longest(ClientPeer gateway, IpAddress address) {
    return gateway.allowedIPs().stream()
        .filter(p -> p.contains(address))
        .mapToInt(Prefix::length)
        .max()
        .orElse(-1);
  }

  private List<Step> outdated() {
    var status = state.peers().get(peer.name());
    boolean outdated =
        status != null
            && status.conditions().stream()
                .anyMatch(
                    c -> c.getType().equals("ConfigOutdated") && c.getStatus().equals("True"));
    return outdated
        ? List.of(
            Step.broken(
                Stage.CLIENT,
                peer.name(),
                "its configuration is older than the mesh",
                "give its client the current one: kubectl weft peer config " + peer.name()))
        : List.of();
  }

  private List<Step> connection(String gateway, boolean gatewayIsCallable) {
    var chain = new Chain();
    if (peer.endpoints().isEmpty() && !gatewayIsCallable) {
      chain.add(
          Step.broken(
              Stage.ENDPOINT,
              peer.name(),
              "neither it nor gateway %s has an endpoint".formatted(gateway),
              "set the annotation weft.dev/endpoint on node %s, or spec.endpoint of the Peer"
                  .formatted(gateway)));
      return chain.steps();
    }
    var handshake = state.handshake(gateway, peer.publicKey().text());
    chain.add(
        switch (handshake) {
          case "Fresh" ->
              Step.good(
                  Stage.HANDSHAKE,
                  peer.name(),
                  "shook hands with %s within 3 minutes".formatted(gateway));
          case "Stale" ->
              Step.broken(
                  Stage.HANDSHAKE,
                  peer.name(),
                  "its last handshake with %s is more than 3 minutes old: it is off, or its network drops UDP"
                      .formatted(gateway),
                  "switch its tunnel on; if it is on, check that UDP to the gateway's port leaves its network");
          case "Never" ->
              Step.broken(
                  Stage.HANDSHAKE,
                  peer.name(),
                  "never shook hands with %s: it is off, has another key, or UDP is dropped on the way"
                      .formatted(gateway),
                  "compare its public key ('wg show') with spec.publicKey, and open the gateway's UDP port");
          default ->
              Step.broken(
                  Stage.HANDSHAKE,
                  gateway,
                  "does not report Peer %s yet".formatted(peer.name()),
                  "wait ten seconds; then: kubectl weft config %s --part wg".formatted(gateway));
        });
    return chain.steps();
  }
}
