package dev.weft.cli.takeover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.cli.Main;
import dev.weft.cli.manifest.KiloPeer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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
  void whatLocationsAndPeersHaveNowIsAllowed() {
    var spec = successor().mesh().path("spec");
    assertEquals("[\"192.168.9.0/24\"]", spec.path("allowedLocationCIDRs").toString());
    assertTrue(spec.path("peerCIDRs").isMissingNode(), spec::toString);
    var public1 =
        Successor.of(
                new KiloCluster(
                    kilo().daemonSets(),
                    kilo().nodes(),
                    List.of(
                        yaml(
                            """
                            metadata: {name: site}
                            spec: {allowedIPs: [198.51.100.7/24, 10.9.0.1/32], publicKey: x}
                            """))),
                List.of(),
                List.of())
            .mesh()
            .path("spec");
    assertEquals(
        "[\"10.0.0.0/8\",\"172.16.0.0/12\",\"192.168.0.0/16\",\"100.64.0.0/10\",\"fc00::/7\",\"198.51.100.0/24\"]",
        public1.path("peerCIDRs").toString());
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
  void besideFlannelOrCiliumThatOneGoesOnAttachingThePods() {
    assertEquals("Weft", successor().mesh().at("/spec/podNetwork").asText());
    for (var other : List.of("flannel", "cilium")) {
      var mesh = successor("--compatibility=" + other).mesh();
      assertEquals("External", mesh.at("/spec/podNetwork").asText(), other);
    }
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
  void kilosRulesForAnnotationsAreKeptWhenKiloIsGone() {
    var node =
        yaml(
            """
            metadata:
              name: d
              annotations:
                kilo.squat.ai/force-internal-ip: ""
                kilo.squat.ai/allowed-location-ips: "172.31.7.1/24, 172.31.9.9"
            """);
    assertEquals(
        Map.of("weft.dev/internal-ip", "-", "weft.dev/location-cidrs", "172.31.7.0/24"),
        Successor.ownAnnotations(node));
  }

  @Test
  void hostBitsOfKilosPeersAreCleared() {
    var kilo = yaml("metadata: {name: p}\nspec: {allowedIPs: [10.5.0.1/24, 10.6.0.0/16]}");
    assertEquals(
        "[\"10.5.0.0/24\",\"10.6.0.0/16\"]",
        KiloPeer.toWeft(kilo).at("/spec/allowedIPs").toString());
    assertEquals(List.of("10.5.0.1/24"), KiloPeer.withHostBits(kilo));
  }

  @Test
  void aDumpIsLookedAtWithoutACluster(@TempDir Path folder) throws IOException {
    var dump = folder.resolve("dump.yaml");
    Files.writeString(
        dump,
        """
        apiVersion: v1
        kind: Node
        metadata: {name: a, annotations: {kilo.squat.ai/endpoint: "192.0.2.1:51820"}}
        spec: {podCIDR: 10.42.1.0/24}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kilo, namespace: kilo}
        spec: {template: {spec: {containers: [{image: squat/kilo, args: [--port=51999]}]}}}
        ---
        apiVersion: kilo.squat.ai/v1alpha1
        kind: Peer
        metadata: {name: phone}
        spec: {allowedIPs: [10.9.0.1/32], publicKey: Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=}
        """);
    var out = new StringWriter();
    var line = new CommandLine(new KiloCommand()).setOut(new PrintWriter(out));
    line.execute("--check", "--from", dump.toString());
    assertTrue(
        out.toString()
            .startsWith("# found: 1 DaemonSet(s), 1 Node(s), 1 Peer(s); moved: []; not moved: [a]"),
        out::toString);
    assertTrue(out.toString().contains("let UDP 51821 in wherever UDP 51999"), out::toString);
    var err = new StringWriter();
    assertEquals(
        2,
        Main.withErrors(new CommandLine(new KiloCommand()).setErr(new PrintWriter(err)))
            .execute("--finish", "--from", dump.toString()));
    assertTrue(err.toString().contains("needs the cluster itself"), err::toString);
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
