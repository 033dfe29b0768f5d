package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What helm makes of the charts. */
final class RenderingTest {
  private static final Path EVERYTHING = Charts.WEFT.resolve("tests/everything.yaml");

  static Stream<Path> valueFiles() {
    return Stream.concat(
        Stream.of(EVERYTHING), Charts.files(Charts.WEFT.resolve("presets"), ".yaml").stream());
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void helmFindsNothingToComplainAbout(Path values) {
    Charts.helm("lint", "--strict", "helm/weft", "-f", values.toString()).orThrow();
    Charts.helm("lint", "--strict", "helm/weft-crds").orThrow();
  }

  /** To write them anew: {@code -Dweft.golden.write=true}. */
  @ParameterizedTest
  @MethodSource("valueFiles")
  void whatComesOutIsWhatWasCheckedIn(Path values) {
    var golden = Charts.WEFT.resolve("tests/golden").resolve(values.getFileName());
    // The version stands in many places, and is checked on its own.
    var text =
        Charts.render("-f", values.toString()).orThrow().replace(Charts.version(), "VERSION");
    Charts.writeIfAsked(golden, text);
    assertEquals(Charts.text(golden), text, () -> golden + ": run with -Dweft.golden.write=true");
  }

  @Test
  void noContainerMayMoreThanItNeeds() {
    var containers = new ArrayList<String>();
    for (var object : Charts.objects(Charts.render("-f", EVERYTHING.toString()).orThrow())) {
      var pod = podSpec(object);
      for (var container : pod.path("containers")) {
        containers.add(check(object, pod, container));
      }
      for (var container : pod.path("initContainers")) {
        containers.add(check(object, pod, container));
      }
    }
    assertEquals(
        List.of(
            "DaemonSet agent [\"NET_ADMIN\"]",
            "DaemonSet sysctls [\"NET_ADMIN\"]",
            "DaemonSet wireguard-runner [\"NET_ADMIN\"]",
            "Deployment operator ",
            "Pod status "),
        containers.stream().sorted().toList());
  }

  private static String check(JsonNode object, JsonNode pod, JsonNode container) {
    var name = object.path("kind").asText() + " " + container.path("name").asText();
    var security = container.path("securityContext");
    assertFalse(security.path("privileged").asBoolean(), name);
    assertFalse(security.path("allowPrivilegeEscalation").asBoolean(true), name);
    assertTrue(security.path("readOnlyRootFilesystem").asBoolean(), name);
    assertEquals("[\"ALL\"]", security.at("/capabilities/drop").toString(), name);
    assertEquals("RuntimeDefault", pod.at("/securityContext/seccompProfile/type").asText(), name);
    assertFalse(pod.path("hostPID").asBoolean() || pod.path("hostIPC").asBoolean(), name);
    return name + " " + security.at("/capabilities/add");
  }

  private static JsonNode podSpec(JsonNode object) {
    return object.path("kind").asText().equals("Pod")
        ? object.path("spec")
        : object.at("/spec/template/spec");
  }

  @Test
  void noProbeOfLifeAsksWhetherTheDataPlaneOrTheApiServerIsWell() {
    for (var object : Charts.objects(Charts.render("-f", EVERYTHING.toString()).orThrow())) {
      for (var container : podSpec(object).path("containers")) {
        var life = container.at("/livenessProbe/httpGet/path").asText("/healthz");
        assertEquals("/healthz", life.isEmpty() ? "/healthz" : life);
        if (!container.at("/livenessProbe").isMissingNode()) {
          assertEquals("/readyz", container.at("/readinessProbe/httpGet/path").asText());
        }
      }
    }
  }

  /**
   * API servers make a token that kubelet mounts unasked (3607 s) valid for a year; no other does a
   * pod of ours have, but for that of helm test, which ends with its pod.
   */
  @Test
  void tokensOfOperatorAndAgentsEndAfterThreeHours() {
    int found = 0;
    for (var object : Charts.objects(Charts.render("-f", EVERYTHING.toString()).orThrow())) {
      if (!object.path("kind").asText().matches("DaemonSet|Deployment")) {
        continue;
      }
      var pod = podSpec(object);
      assertFalse(pod.path("automountServiceAccountToken").asBoolean(true));
      for (var volume : pod.path("volumes")) {
        for (var source : volume.at("/projected/sources")) {
          if (source.has("serviceAccountToken")) {
            assertEquals(10_800, source.at("/serviceAccountToken/expirationSeconds").asInt());
            found++;
          }
        }
      }
    }
    assertEquals(2, found);
  }

  /**
   * kubectl drain and cluster-autoscaler refuse a pod with one, and the operator writes nothing.
   */
  @Test
  void noPodThatADrainEvictsHasAFolderOfItsOwn() {
    int evicted = 0;
    for (var object : Charts.objects(Charts.render("-f", EVERYTHING.toString()).orThrow())) {
      if (object.path("kind").asText().equals("Deployment")) {
        evicted++;
        var volumes = podSpec(object).path("volumes");
        volumes.forEach(v -> assertTrue(v.has("projected"), object::toString)); // in memory
      }
    }
    assertEquals(1, evicted);
  }

  /** A probe that asks before a program can answer leaves an Event of each normal start. */
  @Test
  void probesLeaveAContainerTheTimeToStart() {
    for (var object : Charts.objects(Charts.render("-f", EVERYTHING.toString()).orThrow())) {
      for (var container : podSpec(object).path("containers")) {
        if (container.has("readinessProbe")) {
          assertTrue(container.at("/startupProbe/initialDelaySeconds").asInt() >= 10);
          assertTrue(container.at("/readinessProbe/initialDelaySeconds").asInt() >= 5);
        }
      }
    }
  }

  /** A selector can't be changed: one that differed would make every upgrade fail. */
  @Test
  void whatSelectsPodsDependsOnNoVersionAndNoValue() {
    for (var values : valueFiles().toList()) {
      for (var object : Charts.objects(Charts.render("-f", values.toString()).orThrow())) {
        var selector = object.at("/spec/selector/matchLabels");
        if (object.has("spec") && object.at("/spec").has("template")) {
          assertEquals(2, selector.size(), selector::toString);
          assertEquals("weft", selector.path("app.kubernetes.io/name").asText());
          assertTrue(object.at("/spec/template/metadata/labels").toString().contains("weft"));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent.logLevl=debug          | logLevl",
        "agent.logLevel=loud          | /agent/logLevel",
        "agent.probeInterval=10       | /agent/probeInterval",
        "agent.maxUnavailable=110%    | /agent/maxUnavailable",
        "agent.hostPaths.cniBin=bin   | /agent/hostPaths/cniBin",
        "agent.privileged=true        | privileged",
        "operator.replicas=0          | /operator/replicas",
        "operator.replicas=two        | /operator/replicas",
        "operator.httpAddress=9587    | /operator/httpAddress",
        "operator.image.digest=sha256 | /operator/image/digest",
        "apiServer.port=66000         | /apiServer/port",
        "tokenLifetimeSeconds=3607    | /tokenLifetimeSeconds",
        "tokenLifetimeSeconds=599     | /tokenLifetimeSeconds",
        "namespaces.agents=Weft       | /namespaces/agents",
        "mesh.podCIDRs={10.0.0.0/8}   | podCIDRs",
        "image.pullPolicy=Sometimes   | /image/pullPolicy",
        "monitoring.interval=often    | /monitoring/interval",
        "wireguard.enabled=true       | wireguard",
      })
  void aValueThatMeansNothingIsRefusedByName(String setting, String named) {
    var output = Charts.render("--set", setting);
    assertFalse(output.ok(), output::out);
    assertTrue(output.err().contains(named), output::err);
  }

  /** What helm does with null is to take the value out: a template would meet nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "userspace",
        "agent",
        "agent.hostPaths",
        "agent.hostPaths.cniState",
        "operator.image",
        "monitoring",
        "monitoring.podMonitor",
        "test",
        "mesh.name",
        "apiServer.port",
        "logFormat"
      })
  void aValueThatIsTakenOutIsRefusedByName(String value) {
    var output = Charts.render("--set", value + "=null");
    assertFalse(output.ok(), output::out);
    assertTrue(
        output.err().contains("'" + value.substring(value.lastIndexOf('.') + 1) + "'"),
        output::err);
    assertFalse(output.err().contains("nil pointer"), output::err);
  }

  /** A range that the chart chose could not be changed later. */
  @ParameterizedTest
  @ValueSource(
      strings = {"mesh.spec=null", "mesh.spec.addresses=null", "mesh.spec.granularity=Full"})
  void aMeshWithoutAddressesIsRefused(String spec) {
    var refused = Charts.render("--set", "mesh.create=true," + spec);
    assertTrue(refused.err().contains("mesh.spec.addresses is required"), refused::err);
    assertFalse(refused.err().contains("nil pointer"), refused::err);
    assertEquals("", refused.out());
    assertTrue(
        Charts.render("--set", "mesh.create=true,mesh.spec.addresses={10.9.0.0/16}")
            .orThrow()
            .contains("addresses:\n  - 10.9.0.0/16"));
  }

  /**
   * Nodes that do not reach the Service's endpoints would never join, and nothing would say why.
   */
  @Test
  void notesWarnWhereNoAddressOfTheApiServerIsKnown() {
    var warning = "No address of the API server is known but the Service kubernetes";
    assertTrue(notes().contains(warning));
    for (var known : List.of("apiServer.host=192.0.2.1", "apiServer.fallback=192.0.2.1:6443")) {
      assertFalse(notes("--set", known).contains(warning), known);
    }
  }

  private static String notes(String... more) {
    var args = new ArrayList<>(List.of("install", "weft", "helm/weft", "--dry-run=client"));
    args.addAll(List.of(more));
    return Charts.helm(args.toArray(String[]::new)).orThrow();
  }

  @Test
  void withoutPresetTheChartMakesNoMesh() {
    assertEquals(
        List.of(),
        Charts.objects(Charts.render().orThrow()).stream()
            .filter(object -> object.path("kind").asText().equals("WireGuardMesh"))
            .toList());
  }

  /** Helm, Argo CD and Flux each have a mark of their own for what they may not delete. */
  @Test
  void meshAndCrdsAreKeptByHelmArgoAndFlux() {
    var kept =
        Stream.of(
                Charts.render("-f", EVERYTHING.toString()),
                Charts.helm("template", "weft-crds", "helm/weft-crds"))
            .flatMap(rendered -> Charts.objects(rendered.orThrow()).stream())
            .filter(
                object ->
                    Set.of("WireGuardMesh", "CustomResourceDefinition")
                        .contains(object.path("kind").asText()))
            .map(object -> object.at("/metadata/annotations"))
            .toList();
    assertEquals(5, kept.size());
    for (var annotations : kept) {
      assertEquals("keep", annotations.path("helm.sh/resource-policy").asText());
      assertEquals(
          "Prune=false,Delete=false", annotations.path("argocd.argoproj.io/sync-options").asText());
      assertEquals("disabled", annotations.path("kustomize.toolkit.fluxcd.io/prune").asText());
    }
  }

  /** Every text that a template takes from a value or from helm's command line. */
  @Test
  void textsThatLookLikeNumbersStayTexts() {
    var rendered =
        Charts.helm(
                "template",
                "123",
                "helm/weft",
                "--namespace",
                "1234",
                "-f",
                EVERYTHING.toString(),
                "--set-string",
                "mesh.name=12,namespaces.agents=345,operator.priorityClassName=77,agent.priorityClassName=1e3")
            .orThrow();
    var found = new TreeSet<String>();
    for (var object : Charts.objects(rendered)) {
      texts(object, "", found);
    }
    assertEquals(Set.of(), found);
  }

  /** Fields that the API takes as text alone, where a number stands. */
  private static void texts(JsonNode node, String path, Set<String> found) {
    node.properties().forEach(e -> texts(e.getValue(), path + "/" + e.getKey(), found));
    node.valueStream().filter(n -> node.isArray()).forEach(n -> texts(n, path, found));
    boolean isText =
        path.matches(".*/(name|namespace|priorityClassName|values|value|args|labels/[^/]*)");
    if (isText && node.isNumber()) {
      found.add(path + "=" + node);
    }
  }
}
