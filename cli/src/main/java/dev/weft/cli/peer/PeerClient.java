package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.Paths;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientConfigPlanner;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.IpAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What the commands that have to do with Peers do with the API server. */
public final class PeerClient {
  private static final String ISSUED = "weft.dev/issued-config";
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int LOOK_MILLIS = 100;
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;
  private static final int ALREADY_EXISTS = 409;
  private static final int INVALID = 422;

  private final Api api;
  private final ClusterOptions cluster;

  /** For the cluster that the options choose. */
  public PeerClient(Api api, ClusterOptions cluster) {
    this.api = api;
    this.cluster = cluster;
  }

  /** For what needs no more than the API server. */
  public PeerClient(Api api) {
    this(api, new ClusterOptions());
  }

  /** A new key pair of the system's randomness. */
  public static KeyPair newPair() {
    var bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return KeyPair.ofRandom(bytes);
  }

  /**
   * A Peer.
   *
   * @throws InputException if there is none
   */
  public JsonNode get(String name) {
    try {
      return api.get(Paths.peer(name));
    } catch (ApiRefusal e) {
      throw input(e, name);
    }
  }

  void create(String name, ObjectNode spec) {
    create(name, Map.of(), spec);
  }

  /** Creates a Peer; there must be none of that name. */
  public void create(String name, Map<String, String> annotations, ObjectNode spec) {
    try {
      var ignored =
          api.create(
              Paths.peer("") + "?fieldValidation=Strict", PeerManifest.of(name, annotations, spec));
    } catch (ApiRefusal e) {
      throw input(e, name);
    }
  }

  void delete(String name) {
    try {
      var ignored = api.delete(Paths.peer(name));
    } catch (ApiRefusal e) {
      throw input(e, name);
    }
  }

  /** A Peer; a missing node if there is none. */
  public JsonNode find(String name) {
    try {
      return api.get(Paths.peer(name));
    } catch (ApiRefusal e) {
      if (e.code() == NOT_FOUND) {
        return JsonNodeFactory.instance.missingNode();
      }
      throw input(e, name);
    }
  }

  /** Deletes a Peer that has this value of an annotation; an empty value is none. */
  public void deleteIfAnnotated(String name, String annotation, String value) {
    var peer = find(name);
    if (!value.isEmpty()
        && peer.path("metadata").path("annotations").path(annotation).asText().equals(value)) {
      delete(name);
    }
  }

  /** Deletes a Peer, unless it is gone, or has become another's. */
  public void deleteIfKeyIs(String name, String publicKey) {
    try {
      var peer = api.get(Paths.peer(name));
      if (peer.at("/spec/publicKey").asText().equals(publicKey)) {
        var ignored = api.delete(Paths.peer(name), peer.at("/metadata/uid").asText());
      }
    } catch (ApiRefusal e) {
      if (e.code() != NOT_FOUND && e.code() != ALREADY_EXISTS) {
        throw new InputException(
            "Peer %s stays: %s; 'weft peer revoke %s' removes it".formatted(name, e.says(), name));
      }
    }
  }

  /** What was handed out, as the Peer's annotation says; empty: nothing. */
  public static String issued(JsonNode peer) {
    return peer.path("metadata").path("annotations").path(ISSUED).asText();
  }

  /** Writes another fingerprint of what was handed out, if the Peer still is there; empty: none. */
  public void issuedIfThere(String name, String fingerprint) {
    var patch = JsonNodeFactory.instance.objectNode();
    var annotations = patch.putObject("metadata").putObject("annotations");
    annotations.put(ISSUED, fingerprint.isEmpty() ? null : fingerprint);
    try {
      var ignored = api.merge(Paths.peer(name), patch);
    } catch (ApiRefusal e) {
      if (e.code() != NOT_FOUND) {
        throw input(e, name);
      }
    }
  }

  void patchSpec(String name, ObjectNode spec) {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.set("spec", spec);
    patch(name, patch);
  }

  /** Remembers what was handed out, so that the operator can tell when it is no longer right. */
  public void issued(String name, ClientConfig config) {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").putObject("annotations").put(ISSUED, config.fingerprint());
    patch(name, patch);
  }

  private void patch(String name, ObjectNode patch) {
    try {
      var ignored = api.merge(Paths.peer(name), patch);
    } catch (ApiRefusal e) {
      throw input(e, name);
    }
  }

  /**
   * Waits until the operator has judged the Peer as it is now.
   *
   * @return the Peer
   * @throws InputException if it refuses, or does not judge
   */
  public JsonNode awaitAccepted(String name, Predicate<JsonNode> also) {
    long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (true) {
      var peer = get(name);
      var accepted = condition(peer, "Accepted");
      boolean judged =
          accepted.path("observedGeneration").asLong(-1)
              >= peer.at("/metadata/generation").asLong();
      boolean pending = accepted.path("reason").asText().equals("KeyPending");
      if (judged && !pending) {
        if (!accepted.path("status").asText().equals("True")) {
          throw new InputException(
              "Peer %s is not accepted (%s): %s"
                  .formatted(
                      name, accepted.path("reason").asText(), accepted.path("message").asText()));
        }
        if (also.test(peer)) {
          return peer;
        }
      }
      if (System.nanoTime() > until) {
        throw new InputException(
            judged
                ? "Peer %s: %s".formatted(name, accepted.path("message").asText())
                : "the operator has not judged Peer %s within %d s; is it running? ('kubectl -n %s get pods')"
                    .formatted(name, PATIENCE_MILLIS / 1000, cluster.systemNamespace()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted");
    }
  }

  static JsonNode condition(JsonNode peer, String type) {
    for (var condition : peer.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return JsonNodeFactory.instance.missingNode();
  }

  /** What the Peer's client is to be configured with now. */
  public ClientConfig config(String name) {
    return config(cluster.read(api, false).state(), name);
  }

  static ClientConfig config(ClusterState state, String name) {
    var peer =
        state
            .peer(name)
            .orElseThrow(
                () ->
                    new InputException(
                        "there is no Peer '%s'; 'weft peers' lists them".formatted(name)));
    return state.views().stream()
        .flatMap(
            view ->
                view.peers().stream()
                    .filter(p -> p.name().equals(name))
                    .map(p -> ClientConfigPlanner.plan(view, p, peer.spec().dns())))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Peer %s is not in force: %s"
                        .formatted(
                            name,
                            Boolean.TRUE.equals(peer.spec().disabled())
                                ? "it is disabled; set spec.disabled to false"
                                : Optional.ofNullable(state.peers().get(name)).stream()
                                    .flatMap(s -> s.conditions().stream())
                                    .filter(c -> c.getType().equals("Accepted"))
                                    .map(c -> c.getMessage())
                                    .findFirst()
                                    .orElse("the operator hasn't judged it yet"))));
  }

  /** The keys that Secrets hold. */
  public PeerSecrets secrets() {
    return new PeerSecrets(api, cluster);
  }

  private static InputException input(ApiRefusal e, String name) {
    return new InputException(
        switch (e.code()) {
          case NOT_FOUND ->
              e.says().contains("could not find")
                  ? "the API server has no Peers; are Weft's CRDs installed? (deploy/crds)"
                  : "there is no Peer '%s'; 'weft peers' lists them".formatted(name);
          case ALREADY_EXISTS ->
              "there is a Peer '%s' already; choose another name, or 'weft peer config %s'"
                  .formatted(name, name);
          case FORBIDDEN -> "you may not do that: " + e.says();
          case INVALID -> e.says();
          default -> "the API server refuses: " + e.code() + " " + e.says();
        });
  }

  /** A free address for a router with networks behind it. */
  IpAddress freeAddress() {
    return FreeAddress.highest(cluster.read(api, false).state());
  }
}
