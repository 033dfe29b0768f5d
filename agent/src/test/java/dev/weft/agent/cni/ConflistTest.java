package dev.weft.agent.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.report.Finding;
import dev.weft.api.v1alpha1.CniSpec;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflistTest {
  private static final String GOLDEN =
      """
      {
        "cniVersion" : "0.4.0",
        "name" : "weft",
        "plugins" : [ {
          "type" : "bridge",
          "bridge" : "weftbr0",
          "isGateway" : true,
          "isDefaultGateway" : true,
          "ipMasq" : false,
          "hairpinMode" : true,
          "mtu" : 1420,
          "ipam" : {
            "type" : "host-local",
            "ranges" : [ [ {
              "subnet" : "10.42.0.0/24"
            } ], [ {
              "subnet" : "fd00:42::/64"
            } ] ],
            "resolvConf" : "/host/run/weft/pod-network/10.42.0.0_24,fd00:42::_64"
          }
        }, {
          "type" : "portmap",
          "snat" : true,
          "capabilities" : {
            "portMappings" : true
          }
        } ]
      }
      """;

  @TempDir Path directory;

  @SuppressWarnings("NullAway") // absent, as Jackson says it
  private static WireGuardMeshSpec withoutCni() {
    return new WireGuardMeshSpec(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        new CniSpec(false),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private Instant now = Instant.now();

  private PodNetwork network() {
    return new PodNetwork(
        new ConflistFile(directory.resolve("net.d")),
        new BootMarker(directory.resolve("run"), Path.of("/host/run/weft")),
        new Departure(
            directory.resolve("left"),
            directory.resolve("links"),
            new HeldAddresses(directory.resolve("networks")),
            () -> now),
        Optional.empty(),
        new StaleAddresses(new HeldAddresses(directory.resolve("networks")), () -> false));
  }

  private Path file() {
    return directory.resolve("net.d/10-weft.conflist");
  }

  private static final List<String> DUAL = List.of("10.42.0.0/24", "fd00:42::/64");

  /**
   * A new node is ready before it has a view; what its pods sent then would leave in plain text.
   */
  @Test
  void podsGetNoAddressBeforeTheRoutesOfTheMeshAreThere() throws IOException {
    var marker = new BootMarker(directory.resolve("run"), Path.of("/host/run/weft"));
    var cidrs = DUAL.stream().map(Prefix::parse).toList();
    var waiting = network().keep(List.of(), DUAL, true, false, 1420);
    assertEquals("Waiting", waiting.reason());
    assertTrue(Files.exists(file()), "the node is ready without");
    assertFalse(marker.isSet(cidrs));
    assertEquals("Configured", network().keep(List.of(), DUAL, true, true, 1420).reason());
    assertTrue(marker.isSet(cidrs));
    // Later passes that fail take nothing away from pods.
    assertEquals("Configured", network().keep(List.of(), DUAL, true, false, 1420).reason());
    assertTrue(marker.isSet(cidrs));
  }

  @Test
  void dualStackIsTwoRanges() {
    var cidrs = DUAL.stream().map(Prefix::parse).toList();
    assertEquals(
        GOLDEN,
        new Conflist(cidrs, 1420, "/host/run/weft/pod-network/10.42.0.0_24,fd00:42::_64").text());
  }

  @Test
  void fileIsThereBeforeAnyMeshIsKnown() throws IOException {
    var finding = network().keep(List.of(), DUAL, true, true, 1420);
    assertTrue(finding.good(), finding.message());
    assertEquals(GOLDEN, Files.readString(file()));
    assertEquals(
        PosixFilePermissions.fromString("rw-r--r--"), Files.getPosixFilePermissions(file()));
  }

  @Test
  void fileWithoutCidrsWaits() {
    var finding = network().keep(List.of(WireGuardMeshSpec.DEFAULT), List.of(), true, true, 1420);
    assertEquals("NoPodCIDRs", finding.reason());
    assertFalse(Files.exists(file()));
  }

  @Test
  void meshWithAnotherCniTakesItAway() {
    network().keep(List.of(), DUAL, true, true, 1420);
    var finding = network().keep(List.of(withoutCni()), DUAL, true, true, 1420);
    assertEquals(
        new Finding(Finding.CNI, true, "Disabled", "another CNI attaches the pods"), finding);
    assertFalse(Files.exists(file()));
  }

  @ParameterizedTest
  @CsvSource({
    "05-cilium.conflist, true",
    "10-calico.conf, true",
    "10-flannel.json, true",
    "87-podman.conflist, false",
    "05-cilium.conflist.off, false"
  })
  void anothersFileThatTheRuntimeTakesFirstIsReported(String name, boolean first)
      throws IOException {
    Files.createDirectories(directory.resolve("net.d"));
    Files.writeString(directory.resolve("net.d").resolve(name), "{}");
    var finding = network().keep(List.of(WireGuardMeshSpec.DEFAULT), DUAL, true, true, 1420);
    assertEquals(first ? "OtherConflist" : "Configured", finding.reason());
    assertEquals(!first, finding.good());
    assertEquals(first, finding.message().contains(name + " sorts before 10-weft.conflist"));
  }

  /** The chart without a preset makes no mesh, and changes no node's network. */
  @Test
  void withoutAMeshAnotherCnisNodeStaysAsItIs() throws IOException {
    var other = directory.resolve("net.d/15-azure.conflist");
    Files.createDirectories(directory.resolve("net.d"));
    Files.writeString(other, "{}");
    var finding = network().keep(List.of(), DUAL, true, false, 1420);
    assertTrue(finding.good(), finding.message());
    assertTrue(finding.message().contains("15-azure.conflist"), finding.message());
    assertFalse(Files.exists(file()), "pods would wait for routes of a mesh that there is not");
    network().keep(List.of(WireGuardMeshSpec.DEFAULT), DUAL, true, true, 1420);
    assertTrue(Files.exists(file()));
    // An agent that starts while the API server lists no mesh takes nothing from its pods.
    assertEquals("Configured", network().keep(List.of(), DUAL, true, true, 1420).reason());
  }

  @Test
  void anothersFileOfThatNameStays() throws IOException {
    Files.createDirectories(directory.resolve("net.d"));
    Files.writeString(file(), "{\"name\":\"theirs\"}");
    network().keep(List.of(withoutCni()), DUAL, true, true, 1420);
    assertTrue(Files.exists(file()));
  }

  @Test
  void sameContentIsNotWrittenAgain() throws IOException {
    network().keep(List.of(), DUAL, true, true, 1420);
    var before = Files.getLastModifiedTime(file());
    var key = Files.readAttributes(file(), "unix:ino");
    network().keep(List.of(), DUAL, true, true, 1420);
    assertEquals(before, Files.getLastModifiedTime(file()));
    assertEquals(key, Files.readAttributes(file(), "unix:ino"));
  }

  @Test
  void badCidrIsToldNotThrown() {
    assertEquals(
        "BadPodCIDRs",
        network().keep(List.of(), List.of("10.42.0.1/24"), true, true, 1420).reason());
  }

  private List<String> markers() throws IOException {
    try (var files = Files.list(directory.resolve("run/pod-network"))) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void whatACheckpointSaysIsNotTrustedAfterABoot() throws IOException {
    network().keep(List.of(), DUAL, true, true, 1420);
    Files.delete(directory.resolve("run/pod-network/10.42.0.0_24,fd00:42::_64")); // the reboot
    var before = Files.readString(file());
    var finding = network().keep(List.of(), DUAL, false, true, 1420);
    assertEquals("Waiting", finding.reason());
    assertEquals(List.of(), markers()); // host-local gives no address
    assertEquals(before, Files.readString(file()));
    // The Node was registered anew and has another range.
    assertTrue(network().keep(List.of(), List.of("10.42.9.0/24"), true, true, 1420).good());
    assertEquals(List.of("10.42.9.0_24"), markers());
    assertTrue(Files.readString(file()).contains("/host/run/weft/pod-network/10.42.9.0_24"));
  }

  @Test
  void anAgentThatRestartsWithoutApiServerKeepsPodsStarting() throws IOException {
    network().keep(List.of(), DUAL, true, true, 1420);
    assertTrue(network().keep(List.of(), DUAL, false, true, 1420).good());
    assertEquals(List.of("10.42.0.0_24,fd00:42::_64"), markers());
  }

  @Test
  void aRangeThatIsNoLongerTheNodesHasNoMarker() throws IOException {
    network().keep(List.of(), DUAL, true, true, 1420);
    network().keep(List.of(), List.of("10.42.0.0/24"), true, true, 1420);
    assertEquals(List.of("10.42.0.0_24"), markers());
  }

  @Test
  void afterTheLastMeshPodsAreDetachedBeforeTheirConflistGoes() throws IOException {
    network().keep(List.of(WireGuardMeshSpec.DEFAULT), DUAL, true, true, 1420);
    var port = directory.resolve("links/weftbr0/brif/veth1");
    Files.createDirectories(port);
    network().leave();
    var waiting = network().keep(List.of(), DUAL, true, true, 1420);
    assertEquals("PodsAttached", waiting.reason());
    assertTrue(waiting.message().startsWith("1 pods are still attached to weftbr0"));
    assertFalse(Files.exists(directory.resolve("run/pod-network")), "new pods get an address");
    assertTrue(Files.exists(file()), "the runtime could detach none");
    Files.delete(port);
    assertEquals("Removed", network().keep(List.of(), DUAL, true, true, 1420).reason());
    assertFalse(Files.exists(file()));
    // Another agent, before it is uninstalled.
    assertEquals("Removed", network().keep(List.of(), DUAL, true, true, 1420).reason());
    assertFalse(Files.exists(file()));
    // And a mesh that comes again.
    assertTrue(network().keep(List.of(WireGuardMeshSpec.DEFAULT), DUAL, true, true, 1420).good());
    assertTrue(Files.exists(file()));
    assertFalse(network().hasLeft());
  }

  /** Kubelet tries again and again to attach what a DaemonSet or Deployment has made anew. */
  @Test
  void portsOfPodsThatGetNoAddressDoNotHoldTheNode() throws IOException {
    network().keep(List.of(WireGuardMeshSpec.DEFAULT), DUAL, true, true, 1420);
    Files.createDirectories(directory.resolve("links/weftbr0/brif/veth1"));
    Files.createDirectories(directory.resolve("links/weftbr0/brif/veth2"));
    var held = Files.createDirectories(directory.resolve("networks")).resolve("10.42.0.7");
    Files.writeString(held, "sandbox\r\neth0");
    network().leave();
    var first = network().keep(List.of(), DUAL, true, true, 1420);
    assertTrue(first.message().startsWith("2 pods are"), "an ADD may be about to end well");
    now = Instant.now().plus(Departure.LAST_ADD).plusSeconds(1);
    network().leave(); // once more, which changes nothing
    var later = network().keep(List.of(), DUAL, true, true, 1420);
    assertTrue(later.message().startsWith("1 pods are"), later::message);
    assertTrue(Files.exists(file()));
    Files.delete(held);
    assertEquals("Removed", network().keep(List.of(), DUAL, true, true, 1420).reason());
    assertFalse(Files.exists(file()));
  }
}
