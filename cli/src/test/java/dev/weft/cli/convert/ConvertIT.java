package dev.weft.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.api.server.ApiServer;
import dev.weft.cli.manifest.ManifestReader;
import dev.weft.cli.output.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An API server with the CRDs of 0.0.1 that gets those of this tree: the corpus is what 0.0.1 took,
 * and what it becomes is taken now, over the objects that are stored.
 */
final class ConvertIT {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * Objects that the API refuses until a person has done what their line with TO DO says; not where
   * they are stored, for it takes what an update doesn't change.
   */
  private static final Map<String, String> REFUSED =
      Map.of(
          "defaults-unaddressed", "spec.device.name",
          "peers-phone", "spec.location",
          "peers-exit", "spec.endpoint.host");

  @TempDir Path folder;

  @Test
  void whatTheReleaseBeforeTookIsTakenOnceItIsConverted() throws Exception {
    try (var server = ApiServer.start()) {
      var root = ApiServer.repository();
      var old = root.resolve("crds/src/test/resources/released/0.0.1").toString();
      server.kubectl("apply", "--server-side", "-f", old);
      await(server, "strict decoding error: unknown field");
      for (var one : Corpus.cases()) {
        for (var object : objects(one, "old.yaml")) {
          server.kubectl("apply", "-f", file(one, object, true));
        }
      }
      server.kubectl(
          "apply",
          "--server-side",
          "--force-conflicts",
          "-k",
          root.resolve("deploy/crds").toString());
      await(server, "spec.podNetwork: Unsupported value");
      var stored = spec(server, "eks-weft");
      assertEquals("Cilium", stored.path("overlay").asText(), "lost by the upgrade");
      assertTrue(stored.path("podNetwork").isMissingNode(), "defaulted: Weft would attach pods");

      var refused = new TreeMap<String, String>();
      for (var one : Corpus.cases()) {
        for (var object : objects(one, "new.yaml")) {
          server.kubectl("apply", "-f", file(one, object, false));
          var name = object.at("/metadata/name").asText();
          ((ObjectNode) object.path("metadata")).put("name", "anew-" + name);
          try {
            server.kubectl("create", "--dry-run=server", "-f", file(one, object, false));
          } catch (IOException e) {
            refused.put(name, String.valueOf(e.getMessage()));
          }
        }
      }
      assertEquals(REFUSED.keySet(), refused.keySet(), refused::toString);
      REFUSED.forEach(
          (name, field) ->
              assertTrue(String.valueOf(refused.get(name)).contains(field), refused::toString));
      var now = spec(server, "eks-weft");
      assertEquals("External", now.path("podNetwork").asText());
      assertTrue(now.path("overlay").isMissingNode(), now::toString);
    }
  }

  private static JsonNode spec(ApiServer server, String mesh) throws Exception {
    return YAML.readTree(server.kubectl("get", "wgm", mesh, "-o", "yaml")).path("spec");
  }

  /** Weft's own, each named after its case besides. */
  private static List<JsonNode> objects(Path one, String file) {
    var objects = new ArrayList<JsonNode>();
    for (var object :
        ManifestReader.read(List.of(one.resolve(file).toString()), InputStream.nullInputStream())) {
      var json = object.json();
      if (json.path("apiVersion").asText().startsWith("weft.dev/")) {
        var name = one.getFileName() + "-" + json.at("/metadata/name").asText();
        ((ObjectNode) json.path("metadata")).put("name", name);
        objects.add(json);
      }
    }
    return objects;
  }

  /** A dump's object is made again without what the server had added. */
  private String file(Path one, JsonNode object, boolean old) throws IOException {
    if (old) {
      ((ObjectNode) object).remove("status");
      ((ObjectNode) object.path("metadata"))
          .remove(
              List.of("uid", "resourceVersion", "generation", "creationTimestamp", "annotations"));
    }
    var name = object.path("kind").asText() + "-" + object.at("/metadata/name").asText();
    var file = folder.resolve(one.getFileName() + "-" + name + (old ? ".old" : ".new") + ".yaml");
    Files.writeString(file, YamlText.of(object));
    return file.toString();
  }

  /** Until the server judges by the CRDs that it was given. */
  private void await(ApiServer server, String answer) throws Exception {
    var file = folder.resolve("probe.yaml");
    Files.writeString(
        file,
        """
        apiVersion: weft.dev/v1alpha1
        kind: WireGuardMesh
        metadata: {name: probe}
        spec: {addresses: [10.4.0.0/16], podNetwork: Nobody}
        """);
    var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    var last = "it was accepted";
    while (System.nanoTime() < until) {
      try {
        server.kubectl("create", "--dry-run=server", "-f", file.toString());
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
        if (last.contains(answer)) {
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("wanted " + answer + ", got " + last);
  }
}
