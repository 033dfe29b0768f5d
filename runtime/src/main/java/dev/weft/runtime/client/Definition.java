package dev.weft.runtime.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A CustomResourceDefinition, of which is asked whether it still stands. Whoever deletes a CRD
 * deletes every object of its kind, with the same events as if each were deleted for itself; only
 * the definition tells the two apart. Thread-safe; asking blocks.
 */
public final class Definition {
  /** What became of it. */
  public enum State {
    /** It is the one seen first, and serves its kind: an object that is gone was deleted itself. */
    STANDS,
    /** It is being deleted, is gone, or is another by now. */
    FELL,
    /** The API server can't be asked, or doesn't allow it. */
    UNKNOWN
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOT_FOUND = 404;

  private final String name;
  private final UnaryOperator<@Nullable String> get;
  private String uid = "";

  /** The definition of a name such as {@code peers.weft.dev}. */
  public Definition(KubernetesClient client, String name) {
    this(name, path -> client.raw(path));
  }

  /**
   * For tests.
   *
   * @param get gives the answer to a GET of a path; null: 404
   */
  Definition(String name, UnaryOperator<@Nullable String> get) {
    this.name = name;
    this.get = get;
  }

  /** Looks; the first time that it stands, remembers which one it is. */
  public State look() {
    return look("");
  }

  /**
   * Whether it is the one that an object belonged to. One that was made before the object is, also
   * where another was seen first: the CRD was deleted and made again, and the object after it.
   *
   * @param createdAt creationTimestamp of the object; empty: not known
   */
  public synchronized State look(String createdAt) {
    try {
      var text = get.apply("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name);
      return text == null ? State.FELL : judge(JSON.readTree(text), createdAt);
    } catch (KubernetesClientException e) {
      return e.getCode() == NOT_FOUND ? State.FELL : State.UNKNOWN;
    } catch (JsonProcessingException e) {
      return State.UNKNOWN;
    }
  }

  private State judge(JsonNode definition, String createdAt) {
    var metadata = definition.path("metadata");
    var now = metadata.path("uid").asText("");
    if (now.isEmpty() || metadata.hasNonNull("deletionTimestamp") || !isEstablished(definition)) {
      return State.FELL;
    }
    if (uid.isEmpty()) {
      uid = now;
    }
    var madeAt = metadata.path("creationTimestamp").asText("");
    // Both are of one form, RFC 3339 in UTC and whole seconds, so they compare as text.
    boolean isOlder = !createdAt.isEmpty() && !madeAt.isEmpty() && madeAt.compareTo(createdAt) <= 0;
    return uid.equals(now) || isOlder ? State.STANDS : State.FELL;
  }

  private static boolean isEstablished(JsonNode definition) {
    for (var condition : definition.path("status").path("conditions")) {
      if (condition.path("type").asText("").equals("Established")) {
        return condition.path("status").asText("").equals("True");
      }
    }
    return false;
  }
}
