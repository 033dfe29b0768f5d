package dev.weft.operator.observe;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.plan.PeerSecretNames;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The Secrets of Peers.
 *
 * @param made key pairs and configurations, by name of the Peer
 * @param presharedKeys all that can be read, by name of the Secret
 * @param madePresharedKeys names of those Secrets that the operator made, by name of the Peer
 */
public record PeerSecrets(
    Map<String, MadeSecret> made,
    Map<String, PresharedKey> presharedKeys,
    Map<String, String> madePresharedKeys) {
  /** Field with a preshared key, as {@code wg genpsk} prints it. */
  public static final String PRESHARED_KEY = "presharedKey";

  static PeerSecrets of(Map<String, Secret> own, Map<String, Secret> agents) {
    var made = new TreeMap<String, MadeSecret>();
    for (var secret : own.values()) {
      var one = MadeSecret.of(secret);
      if (one.name().equals(PeerSecretNames.of(one.peer()))) {
        made.put(one.peer(), one);
      }
    }
    var keys = new HashMap<String, PresharedKey>();
    var madeKeys = new TreeMap<String, String>();
    agents.forEach(
        (name, secret) -> {
          presharedKey(secret).ifPresent(key -> keys.put(name, key));
          if (MadeFor.aPeer(secret)) {
            madeKeys.put(MadeFor.annotation(secret, MadeFor.PEER), name);
          }
        });
    return new PeerSecrets(made, keys, madeKeys);
  }

  private static Optional<PresharedKey> presharedKey(Secret secret) {
    try {
      return MadeSecret.field(secret, PRESHARED_KEY).map(String::strip).map(PresharedKey::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the agents say so, for they leave the Peer out
    }
  }

  /** Peers that something was made for. */
  public Set<String> peers() {
    var peers = new HashSet<>(made.keySet());
    peers.addAll(madePresharedKeys.keySet());
    return peers;
  }
}
