package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The pod that cleans a node sees of it what the agent saw, and may do no more. */
final class CleanupPodTest {
  private static final JsonNode POD =
      Charts.read(Charts.REPOSITORY.resolve("deploy/cleanup/weft-cleanup.yaml")).path("spec");

  @Test
  void itHasTheFoldersOfTheAgent() {
    var agents = folders(agent());
    agents.remove("/var/run/secrets/kubernetes.io/serviceaccount"); // it has no token
    assertEquals(agents, folders(POD));
  }

  @Test
  void itHasTheRightsOfTheAgentAndNoToken() {
    assertEquals(
        agent().at("/containers/0/securityContext"), POD.at("/containers/0/securityContext"));
    assertFalse(POD.path("automountServiceAccountToken").asBoolean(true));
    assertTrue(POD.path("hostNetwork").asBoolean());
  }

  /** A node that lost its CNI is NotReady, and its taints keep others away. */
  @Test
  void itRunsOnANodeThatIsNotReady() {
    assertEquals("NODE", POD.path("nodeName").asText());
    assertEquals("[{\"operator\":\"Exists\"}]", POD.path("tolerations").toString());
    assertEquals("NODE", POD.at("/containers/0/env/0/value").asText());
    assertEquals("[\"--cleanup\"]", POD.at("/containers/0/args").toString());
  }

  private static JsonNode agent() {
    for (var object : Charts.objects(Charts.render().orThrow())) {
      if (object.at("/metadata/name").asText().equals("weft-agent")
          && object.path("kind").asText().equals("DaemonSet")) {
        return object.at("/spec/template/spec");
      }
    }
    throw new IllegalStateException("the chart has no DaemonSet weft-agent");
  }

  /** The node's path and mode of access by the path in the container. */
  private static Map<String, String> folders(JsonNode pod) {
    var paths = new TreeMap<String, String>();
    pod.path("volumes")
        .forEach(v -> paths.put(v.path("name").asText(), v.at("/hostPath/path").asText()));
    var folders = new TreeMap<String, String>();
    pod.at("/containers/0/volumeMounts")
        .forEach(
            m ->
                folders.put(
                    m.path("mountPath").asText(),
                    paths.get(m.path("name").asText()) + " " + m.path("readOnly").asBoolean()));
    return folders;
  }
}
