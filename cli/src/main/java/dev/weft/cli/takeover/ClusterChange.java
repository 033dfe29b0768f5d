package dev.weft.cli.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.cluster.MeshDeletion;
import dev.weft.cli.cluster.Paths;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a takeover does with the API server. */
final class ClusterChange {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int NOT_FOUND = 404;
  private static final int EXISTS = 409;
  private static final int PATIENCE_SECONDS = 90;
  private static final int LOOK_MILLIS = 500;

  private final Api api;

  ClusterChange(Api api) {
    this.api = api;
  }

  /** An object, if it is there. */
  Optional<JsonNode> find(String path) {
    try {
      return Optional.of(api.get(path));
    } catch (ApiRefusal e) {
      if (e.code() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refused(e, "get " + path);
    }
  }

  /**
   * Creates an object.
   *
   * @return whether it was not there before
   */
  boolean create(String path, ObjectNode object) {
    try {
      var ignored = api.create(path, object);
      return true;
    } catch (ApiRefusal e) {
      if (e.code() == EXISTS) {
        return false;
      }
      throw refused(e, "create " + object.at("/metadata/name").asText());
    }
  }

  /** RFC 7386. */
  void merge(String path, JsonNode patch) {
    try {
      var ignored = api.merge(path, patch);
    } catch (ApiRefusal e) {
      throw refused(e, "change " + path);
    }
  }

  /** Deletes what may be gone already. */
  void delete(String path) {
    try {
      var ignored = api.delete(path);
    } catch (ApiRefusal e) {
      if (e.code() != NOT_FOUND) {
        throw refused(e, "delete " + path);
      }
    }
  }

  /** Deletes a WireGuardMesh, with the confirmation that the chart's admission policy wants. */
  void deleteMesh(String name) {
    if (find(Paths.mesh(name)).isPresent()) {
      merge(Paths.mesh(name), MeshDeletion.confirmation(name));
      delete(Paths.mesh(name));
    }
  }

  /** Sets labels and annotations of a Node; null removes one. */
  void node(
      String name, Map<String, @Nullable String> labels, Map<String, @Nullable String> notes) {
    var patch = JSON.objectNode();
    var metadata = patch.putObject("metadata");
    var label = metadata.putObject("labels");
    labels.forEach(label::put);
    var annotation = metadata.putObject("annotations");
    notes.forEach(annotation::put);
    merge("/api/v1/nodes/" + name, patch);
  }

  /** A preshared key that Kilo keeps in the Peer, where Weft's agents look for it. */
  void presharedKey(String namespace, String name, String key) {
    var secret = JSON.objectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret").put("type", "Opaque");
    secret.putObject("metadata").put("name", name);
    secret
        .putObject("data")
        .put(
            "presharedKey",
            Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)));
    var ignored = create("/api/v1/namespaces/%s/secrets".formatted(namespace), secret);
  }

  /** Whether a node is in the mesh and has applied its configuration. */
  boolean isReady(String node) {
    return find(Paths.WEFT + "wireguardnodes/" + node)
        .map(n -> n.at("/status/conditions"))
        .map(
            conditions -> {
              for (var condition : conditions) {
                if (condition.path("type").asText().equals("Ready")) {
                  return condition.path("status").asText().equals("True");
                }
              }
              return false;
            })
        .orElse(false);
  }

  /** Whether something came true in good time. */
  static boolean await(BooleanSupplier holds) {
    long until = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > until) {
        return false;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InputException("interrupted");
      }
    }
    return true;
  }

  private static InputException refused(ApiRefusal e, String what) {
    return new InputException(
        e.code() == 403
            ? "you may not %s: %s".formatted(what, e.says())
            : "the API server refuses to %s: %d %s".formatted(what, e.code(), e.says()));
  }
}
