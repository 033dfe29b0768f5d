package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
}
