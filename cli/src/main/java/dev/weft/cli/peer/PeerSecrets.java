package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.Paths;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What the Secrets of Peers hold, for those who may read them. */
public final class PeerSecrets {
  private static final int FORBIDDEN = 403;

  private final Api api;
  private final ClusterOptions cluster;

  PeerSecrets(Api api, ClusterOptions cluster) {
    this.api = api;
    this.cluster = cluster;
  }

  /** The preshared key that a Peer is to use; NONE: it has none. */
  public PresharedKey presharedKey(JsonNode peer) {
    var secret = peer.at("/status/effective/presharedKeySecretRef/name").asText();
    return secret.isEmpty()
        ? PresharedKey.NONE
        : parse(secretField(cluster.agentsNamespace(), secret, "presharedKey"), secret);
  }

  private static PresharedKey parse(String text, String secret) {
    try {
      return PresharedKey.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new InputException("Secret " + secret + ": presharedKey is " + e.getMessage());
    }
  }

  /** The private key that the operator made. */
  PrivateKey madeKey(String secret) {
    try {
      return PrivateKey.parse(secretField(cluster.systemNamespace(), secret, "privateKey").strip());
    } catch (IllegalArgumentException e) {
      throw new InputException("Secret " + secret + ": privateKey is " + e.getMessage());
    }
  }

  void deleteMadeKey(String secret) {
    try {
      var ignored = api.delete(Paths.secret(cluster.systemNamespace(), secret));
    } catch (ApiRefusal e) {
      throw secretRefusal(e, cluster.systemNamespace(), secret);
    }
  }

  private String secretField(String namespace, String name, String field) {
    try {
      var value = api.get(Paths.secret(namespace, name)).path("data").path(field).asText();
      if (value.isEmpty()) {
        throw new InputException("Secret %s/%s has no field %s".formatted(namespace, name, field));
      }
      return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (ApiRefusal e) {
      throw secretRefusal(e, namespace, name);
    }
  }

  private static InputException secretRefusal(ApiRefusal e, String namespace, String name) {
    return new InputException(
        e.code() == FORBIDDEN
            ? "you may not read Secret %s/%s; have 'get' on it granted".formatted(namespace, name)
            : "Secret %s/%s: %s".formatted(namespace, name, e.says()));
  }
}
