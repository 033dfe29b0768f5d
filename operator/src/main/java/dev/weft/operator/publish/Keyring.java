package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PresharedKeyPolicy;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.mesh.plan.PeerNeed;
import dev.weft.mesh.plan.PeerSecretNames;
import dev.weft.operator.observe.MadeFor;
import dev.weft.operator.observe.MadeSecret;
import dev.weft.operator.observe.Observation;
import dev.weft.operator.observe.PeerSecrets;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Makes, keeps and removes the Secrets of Peers: key pair and configuration in the operator's
 * namespace, preshared keys in the agents', who never see a client's private key.
 */
final class Keyring {
  private static final int KEY_BYTES = 32;

  private final Writer writer;
  private final String ownNamespace;
  private final String agentsNamespace;
  private final Predicate<String> peerIsDeleted;
  private final SecureRandom random = new SecureRandom();

  /**
   * A keyring that has made nothing yet.
   *
   * @param peerIsDeleted asks the API server about a Peer that isn't in the cache; false: can't
   *     tell
   */
  Keyring(
      Writer writer, String ownNamespace, String agentsNamespace, Predicate<String> peerIsDeleted) {
    this.writer = writer;
    this.ownNamespace = ownNamespace;
    this.agentsNamespace = agentsNamespace;
    this.peerIsDeleted = peerIsDeleted;
  }

  /** Makes what a Peer needs, and writes its configuration where it is no longer right. */
  void keep(Peer peer, PeerDecision decision, PeerConfigs configs) {
    var made = configs.made(peer);
    if (decision.needs().contains(PeerNeed.KEY_PAIR) && decision.accepted() && made.isEmpty()) {
      var pair = KeyPair.ofRandom(bytes());
      writer.createSecret(
          secret(
              peer,
              ownNamespace,
              Map.of(
                  MadeSecret.PRIVATE_KEY,
                  pair.privateKey().reveal(),
                  MadeSecret.PUBLIC_KEY,
                  pair.publicKey().text())));
    }
    if (decision.needs().contains(PeerNeed.PRESHARED_KEY)) {
      writer.createSecret(
          secret(
              peer,
              agentsNamespace,
              Map.of(PeerSecrets.PRESHARED_KEY, PresharedKey.ofBytes(bytes()).reveal())));
    }
    var file = configs.file(peer);
    if (made.isPresent() && file.isPresent() && !file.get().equals(made.get().configuration())) {
      var issued =
          made.get().issued().isEmpty()
              ? configs.state(peer).map(PeerConfigs.State::current).orElse("")
              : made.get().issued();
      writer.secretFile(
          ownNamespace, made.get().name(), MadeSecret.CONFIGURATION, file.get(), issued);
    }
  }

  /** Removes what was made for Peers that are gone, or that no longer ask for it. */
  void clear(Observation seen) {
    for (var name : seen.secrets().peers()) {
      var peer = seen.peers().get(name);
      var made = seen.secrets().made().get(name);
      var presharedKey = seen.secrets().madePresharedKeys().get(name);
      boolean gone = peer == null && peerIsDeleted.test(name);
      if (made != null
          && (gone
              || (peer != null
                  && (peer.getSpec().publicKey() != null
                      || made.keys().isEmpty()
                      || !made.isOf(peer))))) {
        writer.deleteSecret(ownNamespace, made.name());
      }
      if (presharedKey != null
          && (gone
              || (peer != null && peer.getSpec().presharedKey() != PresharedKeyPolicy.GENERATE))) {
        writer.deleteSecret(agentsNamespace, presharedKey);
      }
    }
  }

  private byte[] bytes() {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Secret secret(Peer peer, String namespace, Map<String, String> fields) {
    var name = peer.getMetadata().getName();
    return new SecretBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(PeerSecretNames.of(name))
                .withNamespace(namespace)
                .withLabels(MadeFor.labels())
                .addToAnnotations(MadeFor.PEER, name)
                .addToOwnerReferences(
                    new OwnerReferenceBuilder()
                        .withApiVersion(peer.getApiVersion())
                        .withKind(peer.getKind())
                        .withName(name)
                        .withUid(peer.getMetadata().getUid())
                        .build())
                .build())
        .withType("weft.dev/peer")
        .withStringData(new TreeMap<>(fields))
        .build();
  }
}
