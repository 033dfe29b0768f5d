package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The bundle for OLM and what it leaves to kubectl say together what the chart says. */
final class OlmTest {
  private static final Path OLM = Charts.REPOSITORY.resolve("deploy/olm");
  private static final Path MANIFESTS = OLM.resolve("bundle/manifests");
  private static final Path CSV = MANIFESTS.resolve("weft.clusterserviceversion.yaml");

  private static List<JsonNode> chart() {
    return Charts.objects(
        Charts.render(
                "--set", "namespaces.createOperator=true,mesh.create=false,test.enabled=false")
            .orThrow());
  }

  /** To write them anew: {@code -Dweft.golden.write=true}. */
  @Test
  void filesAreWhatTheChartRenders() {
    var bundle = new OlmBundle(chart(), Charts.version(), Charts.kindsForArtifactHub());
    var files = new TreeMap<Path, String>();
    files.put(CSV, bundle.clusterServiceVersion());
    files.put(MANIFESTS.resolve("weft-operator.pdb.yaml"), bundle.disruptionBudget());
    files.put(OLM.resolve("agents.yaml"), bundle.agents());
    for (var crd : Charts.files(Charts.REPOSITORY.resolve("deploy/crds"), ".yaml")) {
      if (crd.getFileName().toString().startsWith("weft.dev_")) {
        // OLM reads a file's first document, and takes a comment above the --- for one.
        files.put(
            MANIFESTS.resolve(crd.getFileName()),
            Charts.text(crd).replaceFirst("(?s)^.*?---\n", ""));
      }
    }
    files.forEach(Charts::writeIfAsked);
    files.forEach(
        (file, text) ->
            assertEquals(
                text, Charts.text(file), () -> file + ": run with -Dweft.golden.write=true"));
    assertEquals(
        files.keySet().stream().filter(f -> f.startsWith(MANIFESTS)).toList(),
        Charts.files(MANIFESTS, ".yaml"));
  }

  /** Nothing of the chart is lost between the two. */
  @Test
  void everyRuleAndEveryObjectIsInOneOfThem() {
    var inBundle = new ArrayList<JsonNode>();
    var strategy = Charts.read(CSV).at("/spec/install/spec");
    for (var list : List.of("clusterPermissions", "permissions")) {
      strategy.at("/" + list + "/0/rules").forEach(inBundle::add);
    }
    var byKubectl = new TreeMap<String, JsonNode>();
    Charts.objects(Charts.text(OLM.resolve("agents.yaml"))).forEach(o -> byKubectl.put(id(o), o));
    int rules = 0;
    var left = new ArrayList<String>();
    for (var object : chart()) {
      var there = byKubectl.remove(id(object));
      if (there == null) {
        left.add(id(object));
        for (var rule : object.path("rules")) {
          rules++;
          assertTrue(inBundle.contains(rule), rule::toString);
        }
      } else {
        assertEquals(object, there);
      }
    }
    assertEquals(Map.of(), byKubectl);
    assertEquals(inBundle.size(), rules);
    assertEquals(
        List.of(
            "ClusterRole/weft-operator",
            "ClusterRoleBinding/weft-operator",
            "Deployment/weft-operator",
            "Namespace/weft-system",
            "PodDisruptionBudget/weft-operator",
            "Role/weft-operator-leader",
            "Role/weft-operator-peers",
            "RoleBinding/weft-operator-leader",
            "RoleBinding/weft-operator-peers",
            "ServiceAccount/weft-operator"),
        left.stream().sorted().toList());
  }

  private static String id(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }
}
