package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientConfigPlanner;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.client.WireGuardText;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.view.MeshView;
import dev.weft.operator.observe.MadeFor;
import dev.weft.operator.observe.MadeSecret;
import dev.weft.operator.observe.PeerSecrets;
import dev.weft.operator.observe.RedactedString;
import java.util.Map;
import java.util.Optional;

/** What the clients of Peers should be configured with, and what they were. Pure. */
final class PeerConfigs {
  /**
   * How a client's configuration stands.
   *
   * @param secret name of the Secret with it; empty: the client made its own keys
   * @param current fingerprint of what it should be now
   * @param issued fingerprint of what was handed out; empty: nothing was
   */
  record State(String secret, String current, String issued) {
    boolean isOutdated() {
      return !issued.isEmpty() && !issued.equals(current);
    }
  }

  private final Map<String, MeshView> views;
  private final PeerSecrets secrets;

  PeerConfigs(Map<String, MeshView> views, PeerSecrets secrets) {
    this.views = views;
    this.secrets = secrets;
  }

  /** What a Peer's client should be configured with; empty: the Peer is not in force. */
  Optional<ClientConfig> config(Peer peer) {
    var name = peer.getMetadata().getName();
    return views.values().stream()
        .flatMap(
            view ->
                view.peers().stream()
                    .filter(p -> p.name().equals(name))
                    .map(p -> ClientConfigPlanner.plan(view, p, peer.getSpec().dns())))
        .findFirst();
  }

  /** How it stands; empty: the Peer is not in force. */
  Optional<State> state(Peer peer) {
    var made = made(peer);
    return config(peer)
        .map(
            config -> {
              var handedOut = MadeFor.annotation(peer, MadeSecret.ISSUED);
              return new State(
                  made.map(MadeSecret::name).orElse(""),
                  config.fingerprint(),
                  handedOut.isEmpty() ? made.map(MadeSecret::issued).orElse("") : handedOut);
            });
  }

  /** The file that belongs into the Peer's Secret; empty: the client made its own keys. */
  Optional<RedactedString> file(Peer peer) {
    var made = made(peer);
    var config = config(peer);
    if (made.isEmpty() || made.get().keys().isEmpty() || config.isEmpty()) {
      return Optional.empty();
    }
    var presharedKey = PresharedKey.NONE;
    if (config.get().presharedKey()) {
      var status = peer.getStatus();
      var effective = status == null ? null : status.effective();
      var reference = effective == null ? null : effective.presharedKeySecretRef();
      var found = reference == null ? null : secrets.presharedKeys().get(reference.name());
      if (found == null) {
        return Optional.empty(); // a file without it would not connect
      }
      presharedKey = found;
    }
    var keys = new ClientSecrets(made.get().keys().getFirst().privateKey(), presharedKey);
    return Optional.of(new RedactedString(WireGuardText.wgQuick(config.get(), keys)));
  }

  /** The Secret that was made for this very Peer, and is still wanted. */
  Optional<MadeSecret> made(Peer peer) {
    return Optional.ofNullable(secrets.made().get(peer.getMetadata().getName()))
        .filter(m -> m.isOf(peer))
        .filter(m -> peer.getSpec().publicKey() == null);
  }
}
