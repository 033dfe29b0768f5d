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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            } ] ]
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
        new CniSpec(false),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private PodNetwork network() {
    return new PodNetwork(
        new ConflistFile(directory.resolve("net.d")),
        Optional.empty(),
        new StaleAddresses(directory.resolve("networks"), () -> false));
  }

  private Path file() {
    return directory.resolve("net.d/10-weft.conflist");
  }

  private static final List<String> DUAL = List.of("10.42.0.0/24", "fd00:42::/64");

  @Test
  void dualStackIsTwoRanges() {
    var cidrs = DUAL.stream().map(Prefix::parse).toList();
    assertEquals(GOLDEN, new Conflist(cidrs, 1420).text());
  }

  @Test
  void fileIsThereBeforeAnyMeshIsKnown() throws IOException {
    var finding = network().keep(List.of(), DUAL, 1420);
    assertTrue(finding.good(), finding.message());
    assertEquals(GOLDEN, Files.readString(file()));
    assertEquals(
        PosixFilePermissions.fromString("rw-r--r--"), Files.getPosixFilePermissions(file()));
  }

  @Test
  void fileWithoutCidrsWaits() {
    var finding = network().keep(List.of(WireGuardMeshSpec.DEFAULT), List.of(), 1420);
    assertEquals("NoPodCIDRs", finding.reason());
    assertFalse(Files.exists(file()));
  }

  @Test
  void meshWithAnotherCniTakesItAway() {
    network().keep(List.of(), DUAL, 1420);
    var finding = network().keep(List.of(withoutCni()), DUAL, 1420);
    assertEquals(
        new Finding(Finding.CNI, true, "Disabled", "another CNI attaches the pods"), finding);
    assertFalse(Files.exists(file()));
  }

  @Test
  void anothersFileOfThatNameStays() throws IOException {
    Files.createDirectories(directory.resolve("net.d"));
    Files.writeString(file(), "{\"name\":\"theirs\"}");
    network().keep(List.of(withoutCni()), DUAL, 1420);
    assertTrue(Files.exists(file()));
  }

  @Test
  void sameContentIsNotWrittenAgain() throws IOException {
    network().keep(List.of(), DUAL, 1420);
    var before = Files.getLastModifiedTime(file());
    var key = Files.readAttributes(file(), "unix:ino");
    network().keep(List.of(), DUAL, 1420);
    assertEquals(before, Files.getLastModifiedTime(file()));
    assertEquals(key, Files.readAttributes(file(), "unix:ino"));
  }

  @Test
  void badCidrIsToldNotThrown() {
    assertEquals("BadPodCIDRs", network().keep(List.of(), List.of("10.42.0.1/24"), 1420).reason());
  }
}
