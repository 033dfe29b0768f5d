package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.view.MeshNode;
import dev.weft.operator.Settings;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The two pages that list ports name those that programs and charts have. */
final class PortsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:UDP|TCP) (\\d+).*$");
  private static final String PORTS = Charts.text(Charts.REPOSITORY.resolve("docs/ports.md"));
  private static final String SECURITY = Charts.text(Charts.REPOSITORY.resolve("docs/security.md"));

  private static JsonNode installed(String kind, String... settings) {
    return Charts.objects(Charts.render(settings).orThrow()).stream()
        .filter(o -> o.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static String row(String page, String begin) {
    return page.lines()
        .filter(l -> l.startsWith("| " + begin))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row begins with " + begin));
  }

  private static JsonNode mesh(String path) {
    var crd = Charts.read(Charts.REPOSITORY.resolve("deploy/crds/weft.dev_wireguardmeshes.yaml"));
    return crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/" + path);
  }

  @Test
  void bothPagesListTheSamePorts() {
    var listed = new TreeSet<String>();
    ROW.matcher(PORTS).results().forEach(r -> listed.add(r.group(1)));
    listed.remove("6443"); // the API server's
    listed.remove("51821"); // lanes, which the other page has in the row of WireGuard
    var also = new TreeSet<String>();
    ROW.matcher(SECURITY).results().forEach(r -> also.add(r.group(1)));
    assertEquals(listed, also);
    assertEquals(7, listed.size());
  }

  @Test
  void portsOfTunnelsAreThoseOfTheApi() {
    var wireguard = "UDP " + mesh("device/properties/port/default").asInt() + " ";
    var encapsulation = "UDP " + mesh("encapsulation/properties/port/default").asInt() + " ";
    var probes = "UDP " + DesiredFirewall.PROBE_PORT;
    for (var begin : new String[] {wireguard, encapsulation, probes}) {
      assertFalse(row(PORTS, begin).isEmpty() || row(SECURITY, begin).isEmpty());
    }
  }

  /** A gateway's ordinal is added to its port. */
  @Test
  void portsOfLanesAreThoseAfterThePortOfTheFirst() {
    int first = mesh("device/properties/port/default").asInt();
    assertEquals(7, MeshNode.MAX_ORDINAL);
    assertEquals(MeshNode.MAX_ORDINAL + 1, mesh("gatewaysPerLocation/maximum").asInt());
    var lanes = "UDP %d–%d:".formatted(first + 1, first + MeshNode.MAX_ORDINAL);
    assertTrue(row(PORTS, lanes).contains("`spec.gatewaysPerLocation`"));
    assertTrue(row(SECURITY, "UDP " + first + " ").contains("up to the seven after it"));
  }

  @Test
  void theOperatorListensForScrapersOnAllAddressesAndForKubeletOnLoopback() {
    var settings = Settings.of(Map.of());
    assertTrue(settings.metrics().getAddress().isAnyLocalAddress());
    assertTrue(settings.health().getAddress().isLoopbackAddress());
    var metrics = "TCP " + settings.metrics().getPort() + " on all addresses of its node ";
    var health = "TCP " + settings.health().getPort() + " on loopback ";
    for (var page : new String[] {PORTS, SECURITY}) {
      assertTrue(row(page, metrics).contains("operator"));
      assertTrue(row(page, health).contains("operator"));
    }
    var container = installed("Deployment").at("/spec/template/spec/containers/0");
    assertEquals(
        "0.0.0.0:" + settings.metrics().getPort(),
        container
            .path("env")
            .valueStream()
            .filter(e -> e.path("name").asText().equals("WEFT_HTTP_ADDRESS"))
            .findFirst()
            .orElseThrow()
            .path("value")
            .asText());
    for (var probe : new String[] {"startupProbe", "livenessProbe", "readinessProbe"}) {
      var asked = container.path(probe).path("httpGet");
      assertEquals("127.0.0.1", asked.path("host").asText());
      assertEquals(settings.health().getPort(), asked.path("port").asInt());
    }
  }

  @Test
  void agentsListenForScrapersOnTheNodesAddressOrNotAtAllAndForKubeletOnLoopback() {
    var arguments = installed("DaemonSet").at("/spec/template/spec/containers/0/args").toString();
    assertTrue(arguments.contains("--metrics-address=[$(NODE_IP)]:9588"), arguments);
    assertTrue(arguments.contains("--http-address=127.0.0.1:9586"), arguments);
    for (var page : new String[] {PORTS, SECURITY}) {
      assertTrue(row(page, "TCP 9588 on the node's address ").contains("agent"));
      assertTrue(row(page, "TCP 9586 on loopback ").contains("agent"));
    }
    var without = installed("DaemonSet", "--set", "agent.metricsPort=0").toString();
    assertFalse(without.contains("--metrics-address"), without);
  }
}
