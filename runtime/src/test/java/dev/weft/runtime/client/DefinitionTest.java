package dev.weft.runtime.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.runtime.client.Definition.State;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DefinitionTest {
  private @Nullable String answer = definition("one", "", "True");
  private int refusal;
  private final Definition definition =
      new Definition(
          "peers.weft.dev",
          path -> {
            if (refusal > 0) {
              throw new KubernetesClientException("refused", refusal, null);
            }
            return answer;
          });

  private static String definition(String uid, String more, String established) {
    return """
    {"metadata":{"uid":"%s"%s},"status":{"conditions":[
      {"type":"NamesAccepted","status":"True"},{"type":"Established","status":"%s"}]}}
    """
        .formatted(uid, more, established);
  }

  @Test
  void theOneSeenFirstStands() {
    assertEquals(State.STANDS, definition.look());
    assertEquals(State.STANDS, definition.look());
  }

  @Test
  void oneThatIsBeingDeletedOrGoneFell() {
    answer = definition("one", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"", "True");
    assertEquals(State.FELL, definition.look());
    answer = null;
    assertEquals(State.FELL, definition.look());
    refusal = 404;
    assertEquals(State.FELL, definition.look());
  }

  @Test
  void anotherOfTheSameNameIsNotTheSame() {
    assertEquals(State.STANDS, definition.look());
    answer = definition("two", "", "True");
    assertEquals(State.FELL, definition.look());
  }

  @Test
  void oneThatDoesNotServeYetFell() {
    answer = definition("one", "", "False");
    assertEquals(State.FELL, definition.look());
  }

  @Test
  void whatCanNotBeAskedIsUnknown() {
    refusal = 403;
    assertEquals(State.UNKNOWN, definition.look());
    refusal = 0;
    answer = "no JSON";
    assertEquals(State.UNKNOWN, definition.look());
  }
}
