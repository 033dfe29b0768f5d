package dev.weft.mesh.view;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import java.util.Map;

/**
 * What an agent knows and must not tell.
 *
 * @param privateKey of lane 0
 * @param publicKey of the private key
 * @param presharedKeys by name of the Secret; absent: the Secret is missing
 */
public record NodeSecrets(
    PrivateKey privateKey, PublicKey publicKey, Map<String, PresharedKey> presharedKeys) {
  public NodeSecrets {
    presharedKeys = Map.copyOf(presharedKeys);
  }
}
