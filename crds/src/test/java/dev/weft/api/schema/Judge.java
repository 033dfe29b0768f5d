package dev.weft.api.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.util.concurrent.ExecutionException;

/** Puts cases before the API server. */
final class Judge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONFLICT = 409;

  /**
   * What the API server said.
   *
   * @param code HTTP status
   * @param body object or Status
   */
  record Answer(int code, JsonNode body) {
    boolean accepted() {
      return code < 300;
    }

    /** Whether it refused the case for the reason that the case expects. */
    boolean refusesAsExpected(Case expected) {
      if (accepted()) {
        return false;
      }
      for (var cause : body.path("details").path("causes")) {
        if (cause.path("field").asText().equals(expected.field())
            && cause.path("message").asText().contains(expected.says())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return code + " " + body.path("message").asText();
    }
  }

  private final HttpClient http;
  private final String base;

  /** A judge of the API version {@code group/version}. */
  Judge(KubernetesClient client, String apiVersion) {
    this.http = client.getHttpClient();
    this.base = client.getMasterUrl() + "apis/" + apiVersion + "/";
    this.apiVersion = apiVersion;
  }

  private final String apiVersion;

  /** The answer to the case; what is judged is not stored. */
  Answer judge(Case one) {
    var plural = plural(one.kind());
    var whole = one.complete(apiVersion);
    if (!one.hasChange()) {
      return send("POST", plural + "?dryRun=All&fieldValidation=Strict", "application/json", whole);
    }
    var created = send("POST", plural + "?fieldValidation=Strict", "application/json", whole);
    if (!created.accepted() && created.code() != CONFLICT) {
      return created;
    }
    return send(
        "PATCH",
        plural
            + "/"
            + one.name()
            + (one.change().has("status") ? "/status" : "")
            + "?dryRun=All&fieldValidation=Strict",
        "application/merge-patch+json",
        one.change());
  }

  /** Whether the API version is served. */
  boolean isServed(String kind) {
    return send("GET", plural(kind) + "?limit=1", "application/json", null).accepted();
  }

  private Answer send(
      String method, String path, String type, @org.jspecify.annotations.Nullable JsonNode body) {
    try {
      var request =
          http.newHttpRequestBuilder()
              .uri(base + path)
              .method(method, type, body == null ? null : JSON.writeValueAsString(body))
              .build();
      var response = http.sendAsync(request, String.class).get();
      return new Answer(response.code(), JSON.readTree(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | JsonProcessingException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  static String plural(String kind) {
    return switch (kind) {
      case "WireGuardMesh" -> "wireguardmeshes";
      case "WireGuardNode" -> "wireguardnodes";
      case "NodeReport" -> "nodereports";
      case "Peer" -> "peers";
      default -> throw new IllegalArgumentException(kind + " is no kind of the API");
    };
  }
}
