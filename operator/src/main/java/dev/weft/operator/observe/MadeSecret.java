package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A Secret with a key pair and configuration that the operator made for a Peer.
 *
 * @param name of the Secret
 * @param peer name of the Peer
 * @param peerUid of the very Peer that it was made for; empty: it has no owner, as one from a
 *     backup, and belongs to the Peer of that name
 * @param keys the pair; at most one; empty: somebody spoilt it
 * @param configuration what it holds; says nothing of itself
 * @param issued fingerprint of the configuration that was in it first; empty: none yet
 */
public record MadeSecret(
    String name,
    String peer,
    String peerUid,
    List<KeyPair> keys,
    RedactedString configuration,
    String issued) {
  /** Field with the private key, as {@code wg genkey} prints it. */
  public static final String PRIVATE_KEY = "privateKey";

  /** Field with the public key. */
  public static final String PUBLIC_KEY = "publicKey";

  /** Field with the file for {@code wg-quick up} and for the apps. */
  public static final String CONFIGURATION = "wg-quick.conf";

  /** Annotation with the fingerprint of the configuration that was handed out. */
  public static final String ISSUED = "weft.dev/issued-config";

  public MadeSecret {
    keys = List.copyOf(keys);
  }

  static MadeSecret of(Secret secret) {
    var owners = secret.getMetadata().getOwnerReferences();
    return new MadeSecret(
        secret.getMetadata().getName(),
        MadeFor.annotation(secret, MadeFor.PEER),
        owners == null
            ? ""
            : owners.stream()
                .filter(o -> o.getKind().equals("Peer"))
                .map(OwnerReference::getUid)
                .findFirst()
                .orElse(""),
        field(secret, PRIVATE_KEY).flatMap(MadeSecret::pair).stream().toList(),
        new RedactedString(field(secret, CONFIGURATION).orElse("")),
        MadeFor.annotation(secret, ISSUED));
  }

  /** Whether it was made for this Peer, and not for an earlier one of the same name. */
  public boolean isOf(Peer of) {
    return peerUid.isEmpty() || peerUid.equals(of.getMetadata().getUid());
  }

  private static Optional<KeyPair> pair(String text) {
    try {
      return Optional.of(KeyPair.of(PrivateKey.parse(text.strip())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A field of a Secret as text. */
  static Optional<String> field(Secret secret, String name) {
    var data = secret.getData();
    if (data == null || data.get(name) == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new String(Base64.getDecoder().decode(data.get(name)), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
