package dev.weft.e2e.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What OLM installs, and what is left to kubectl, out of the objects that the chart renders.
 *
 * @param objects those of the chart's defaults, without the mesh and without tests
 * @param version of the tree
 * @param crds the kinds: name, kind, version, display name and description, as Chart.yaml tells
 *     Artifact Hub
 */
record OlmBundle(List<JsonNode> objects, String version, List<JsonNode> crds) {
  private static final YAMLMapper YAML =
      new YAMLMapper()
          .configure(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, false)
          .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, true)
          .configure(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS, true)
          .configure(YAMLGenerator.Feature.SPLIT_LINES, false);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String OPERATOR = "weft-operator";
  private static final String OWN = "weft-system";

  /** The ClusterServiceVersion, as YAML. */
  String clusterServiceVersion() {
    var csv = JSON.objectNode();
    csv.put("apiVersion", "operators.coreos.com/v1alpha1").put("kind", "ClusterServiceVersion");
    var metadata = csv.putObject("metadata");
    metadata
        .put("name", ("weft.v" + version).toLowerCase(Locale.ROOT))
        .put("namespace", "placeholder");
    metadata
        .putObject("labels")
        .put("operatorframework.io/arch.amd64", "supported")
        .put("operatorframework.io/arch.arm64", "supported")
        .put("operatorframework.io/os.linux", "supported");
    metadata
        .putObject("annotations")
        .put("capabilities", "Seamless Upgrades")
        .put("categories", "Networking")
        .put("operatorframework.io/suggested-namespace", OWN)
        .put("description", "Joins nodes, clusters, offices and phones with a WireGuard mesh")
        .put("alm-examples", samples().toPrettyString());
    var spec = csv.putObject("spec");
    spec.put("displayName", "Weft").put("version", version).put("maturity", "alpha");
    spec.put("minKubeVersion", "1.31.0");
    spec.put(
        "description",
        """
        Weft joins Kubernetes nodes and clusters across clouds, and offices and phones, with WireGuard.
        This installs the operator. The agents are a DaemonSet, which OLM doesn't install: afterwards
        `kubectl apply --server-side -f deploy/olm/agents.yaml`, of the same version.
        """);
    spec.putObject("provider").put("name", "Weft");
    words(spec.putArray("keywords"), "wireguard", "cni", "mesh", "vpn", "multi-cloud");
    var modes = spec.putArray("installModes");
    for (var mode : List.of("OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces")) {
      modes.addObject().put("type", mode).put("supported", mode.equals("AllNamespaces"));
    }
    var owned = spec.putObject("customresourcedefinitions").putArray("owned");
    crds.forEach(owned::add);
    var install = spec.putObject("install");
    install.put("strategy", "deployment");
    var strategy = install.putObject("spec");
    permissions(strategy.putArray("clusterPermissions"), "ClusterRole", o -> true);
    permissions(strategy.putArray("permissions"), "Role", o -> namespace(o).equals(OWN));
    var deployment = strategy.putArray("deployments").addObject();
    deployment.put("name", OPERATOR);
    deployment.set("spec", operator());
    return "# Made from helm/weft by OlmTest; do not edit.\n" + yaml(csv);
  }

  /** Keeps a drain from taking all operators at once; OLM puts it into the operator's namespace. */
  String disruptionBudget() {
    ObjectNode budget = one("PodDisruptionBudget").deepCopy();
    ((ObjectNode) budget.path("metadata")).remove("namespace");
    return "# Made from helm/weft by OlmTest; do not edit.\n" + yaml(budget);
  }

  /** What the operator may, in one rule list, for the one ServiceAccount that it has. */
  private void permissions(ArrayNode to, String kind, Predicate<JsonNode> which) {
    var permission = to.addObject().put("serviceAccountName", OPERATOR);
    var rules = permission.putArray("rules");
    objects.stream()
        .filter(o -> kind(o).equals(kind) && name(o).startsWith(OPERATOR) && which.test(o))
        .forEach(role -> role.path("rules").forEach(rules::add));
  }

  /** The Deployment's spec; OLM chooses the namespace, so the operator is told which by the API. */
  private JsonNode operator() {
    ObjectNode spec = one("Deployment").path("spec").deepCopy();
    for (var variable : spec.at("/template/spec/containers/0/env")) {
      if (variable.path("name").asText().equals("WEFT_NAMESPACE")) {
        var entry = (ObjectNode) variable;
        entry.remove("value");
        entry.putObject("valueFrom").putObject("fieldRef").put("fieldPath", "metadata.namespace");
      }
    }
    return spec;
  }

  /** All that OLM doesn't install, as YAML for kubectl. */
  String agents() {
    var kept = objects.stream().filter(o -> !byOlm(o)).map(o -> yaml(o)).toList();
    return "# Made from helm/weft by OlmTest; do not edit. See README.md.\n"
        + String.join("---\n", kept);
  }

  private static boolean byOlm(JsonNode object) {
    var kind = kind(object);
    var own =
        namespace(object).equals(OWN) || (kind.equals("Namespace") && name(object).equals(OWN));
    var clusterWide = kind.startsWith("ClusterRole") && name(object).equals(OPERATOR);
    return own || clusterWide;
  }

  private static String yaml(JsonNode object) {
    try {
      return YAML.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArrayNode samples() {
    var all = JSON.arrayNode();
    for (var name : List.of("mesh", "peer-laptop")) {
      var file = Charts.REPOSITORY.resolve("deploy/samples/" + name + ".yaml");
      Charts.objects(Charts.text(file)).forEach(all::add);
    }
    return all;
  }

  private JsonNode one(String kind) {
    return objects.stream().filter(o -> kind(o).equals(kind)).findFirst().orElseThrow();
  }

  private static void words(ArrayNode to, String... words) {
    Stream.of(words).forEach(to::add);
  }

  private static String kind(JsonNode object) {
    return object.path("kind").asText();
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private static String namespace(JsonNode object) {
    return object.at("/metadata/namespace").asText();
  }
}
