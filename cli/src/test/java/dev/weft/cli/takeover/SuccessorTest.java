package dev.weft.cli.takeover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuccessorTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void flagsAreReadInAllTheirFormsAndTheirDefaultsAreKgs() {
    var settings =
        KiloSettings.of(
            List.of(
                "--mesh-granularity=full",
                "--port",
                "51999",
                "-cni=false",
                "--service-cidr=10.96.0.0/16,fd96::/112",
                "--iptables-forward-rules",
                "--encapsulate=crosssubnet"));
    assertEquals("full", settings.granularity());
    assertEquals(51999, settings.port());
    assertFalse(settings.attachesPods());
    assertEquals(List.of("10.96.0.0/16", "fd96::/112"), settings.serviceCIDRs());
    assertEquals("crosssubnet", settings.encapsulate());
    var defaults = KiloSettings.of(List.of());
    assertEquals("location", defaults.granularity());
    assertEquals("always", defaults.encapsulate());
    assertEquals(51820, defaults.port());
    assertTrue(defaults.attachesPods());
  }

  @Test
  void portAndAddressesAreOthersThanKilos() {
    var successor = successor("--subnet=10.7.0.0/16");
    assertEquals(51821, successor.mesh().at("/spec/device/port").asInt());
    assertEquals("10.8.0.0/16", successor.mesh().at("/spec/addresses/0").asText());
    assertEquals(51820, successor("--port=51821").mesh().at("/spec/device/port").asInt());
  }

  @Test
  void thePodsRangeHoldsAllNodesRanges() {
    assertEquals("10.42.0.0/22", successor().mesh().at("/spec/podCIDRs/0").asText());
    var said = Successor.of(kilo(), List.of("10.42.0.0/16"), List.of());
    assertEquals("10.42.0.0/16", said.mesh().at("/spec/podCIDRs/0").asText());
  }

  @Test
  void podsAndMasqueradeStayKilosUntilItIsFinished() {
    var spec = successor().mesh().path("spec");
    assertFalse(spec.at("/cni/enabled").asBoolean(true));
    assertEquals("Disabled", spec.path("masquerade").asText());
    assertEquals("moved", spec.at("/nodeSelector/matchLabels").path(Successor.LABEL).asText());
    assertEquals("Always", spec.at("/encapsulation/mode").asText());
  }

  @Test
  void peersAreDisabledAndNoPresharedKeyIsPrinted() {
    var peer = successor().peers().getFirst();
    assertTrue(peer.at("/spec/disabled").asBoolean());
    assertEquals("kilo-preshared-key-phone", peer.at("/spec/presharedKeySecretRef/name").asText());
    assertFalse((peer + " " + successor().notes()).contains("secret-value"));
  }

  @Test
  void endpointsGetWeftsPortUnlessSomebodySetOneOrTheyArePrivate() {
    assertEquals(
        Map.of("a", Map.of("weft.dev/endpoint", "192.0.2.1:51821")), successor().annotations());
  }

  @Test
  void aPrivateEndpointIsSaidAndOneThatAPersonForcedIsKept() {
    assertTrue(
        successor().notes().stream()
            .anyMatch(n -> n.startsWith("Node b: Kilo's endpoint 10.0.0.2 is no address of the")),
        () -> successor().notes().toString());
    var forced =
        Successor.of(
            new KiloCluster(
                kilo().daemonSets(),
                List.of(
                    yaml(
                        """
                        metadata:
                          name: d
                          annotations: {kilo.squat.ai/force-endpoint: "192.168.1.4:51820"}
                        spec: {podCIDR: 10.42.1.0/24}
                        """)),
                List.of()),
            List.of(),
            List.of());
    assertEquals(
        Map.of("d", Map.of("weft.dev/endpoint", "192.168.1.4:51821")), forced.annotations());
    assertTrue(
        forced.notes().stream().anyMatch(n -> n.contains("force-endpoint 192.168.1.4")),
        () -> forced.notes().toString());
  }

  @Test
  void kilosAnnotationsAreToldInWeftsWordsUnlessThoseAreThere() {
    assertEquals(
        Map.of("weft.dev/location-cidrs", "192.168.9.0/24"),
        Successor.ownAnnotations(kilo().nodes().getLast()));
  }

  @Test
  void wordsInQuotesStayTogether() {
    assertEquals(
        List.of("iptables", "-D", "KILO-NAT", "--comment", "Kilo: a b", "-j", "RETURN"),
        KiloHost.split("iptables -D KILO-NAT --comment \"Kilo: a b\" -j RETURN"));
  }

  private static Successor successor(String... arguments) {
    return Successor.of(kilo(arguments), List.of(), List.of());
  }

  private static KiloCluster kilo(String... arguments) {
    var daemonSet =
        yaml(
            "spec: {template: {spec: {containers: [{image: squat/kilo:0.7.0, args: %s}]}}}"
                .formatted(List.of(arguments)));
    return new KiloCluster(
        List.of(daemonSet),
        List.of(
            yaml(
                """
                metadata: {name: a, annotations: {kilo.squat.ai/endpoint: "192.0.2.1:51820"}}
                spec: {podCIDR: 10.42.1.0/24}
                """),
            yaml(
                """
                metadata: {name: b, annotations: {kilo.squat.ai/endpoint: "10.0.0.2:51820"}}
                spec: {podCIDRs: [10.42.2.0/24]}
                """),
            yaml(
                """
                metadata:
                  name: c
                  annotations:
                    kilo.squat.ai/endpoint: "192.0.2.3:51820"
                    kilo.squat.ai/location: there
                    kilo.squat.ai/allowed-location-ips: 192.168.9.0/24
                    weft.dev/location: here
                    weft.dev/endpoint: "198.51.100.3:4500"
                spec: {podCIDR: 10.42.3.0/24}
                """)),
        List.of(
            yaml(
                """
                metadata: {name: phone}
                spec: {allowedIPs: [10.9.0.1/32], publicKey: x, presharedKey: secret-value}
                """)));
  }

  private static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
