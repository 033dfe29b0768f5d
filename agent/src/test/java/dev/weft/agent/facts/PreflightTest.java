package dev.weft.agent.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
  private static final Pattern FIX = Pattern.compile("sysctl -w (\\S+)=(\\d)");

  private static final MeshView VIEW = AcceptedView.read(Published.mesh("a")).view();

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path proc;

  @BeforeEach
  void loadBridgeFilter() throws IOException {
    Files.createDirectories(proc.resolve("sys/net/bridge"));
  }

  @Test
  void withoutBridgeFilterTheFixIsNamed() throws IOException {
    set("net/ipv4/ip_forward", "1");
    assertEquals(List.of(), new Preflight(proc).check(VIEW, List.of(), NOW));
    Files.delete(proc.resolve("sys/net/bridge"));
    var wrong = new Preflight(proc).check(VIEW, List.of(), NOW);
    assertEquals(1, wrong.size(), wrong::toString);
    assertTrue(wrong.getFirst().contains("run modprobe br_netfilter"), wrong::toString);
  }

  private void set(String name, String value) throws IOException {
    var file = proc.resolve("sys").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private static LinkFacts link(String name) {
    return new LinkFacts(name, 1500, List.of(InterfaceAddress.parse("10.0.0.5/24")));
  }

  /** sysctl(8) takes a name whose first separator is a slash for a path, dots and all. */
  @Test
  void theFixForALinkWithADotInItsNameIsAPathThatIsThere() throws IOException {
    set("net/ipv4/ip_forward", "1");
    set("net/ipv4/conf/all/rp_filter", "0");
    set("net/ipv4/conf/all/src_valid_mark", "0");
    set("net/ipv4/conf/eth0.100/rp_filter", "1");
    set("net/ipv4/conf/eth0.100/src_valid_mark", "0");
    var wrong = new Preflight(proc).check(VIEW, List.of(link("eth0.100")), NOW);
    assertEquals(1, wrong.size(), wrong::toString);
    var fix = FIX.matcher(wrong.getFirst());
    assertTrue(fix.find(), wrong::toString);
    assertTrue(fix.group(1).startsWith("net/"), wrong::toString);
    set(fix.group(1), fix.group(2));
    assertEquals(List.of(), new Preflight(proc).check(VIEW, List.of(link("eth0.100")), NOW));
  }

  @Test
  void noTunnelComesByAnEnginesNetwork() throws IOException {
    set("net/ipv4/ip_forward", "1");
    set("net/ipv4/conf/docker0/rp_filter", "1");
    assertEquals(List.of(), new Preflight(proc).check(VIEW, List.of(link("docker0")), NOW));
  }

  /** networkd restarts once, and what it removes is put back once: no series of repairs tells. */
  @ParameterizedTest
  @CsvSource({
    "/run/systemd/netif/io.systemd.Network, true, true",
    "/run/systemd/netif/io.systemd.Network, false, false",
    "/run/systemd/resolve/io.systemd.Resolve, true, false"
  })
  void oneRemovalBesideNetworkdIsSaidWithTheRemedy(String socket, boolean rules, boolean said)
      throws IOException {
    set("net/ipv4/ip_forward", "1");
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/unix"),
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
            + "00000000f508e23a: 00000002 00000000 00010000 0001 01   632 "
            + socket
            + "\n");
    var preflight = new Preflight(proc);
    preflight.repaired(
        List.of(new Change.RemoveAddress("weft0", InterfaceAddress.parse("10.4.0.9/32"))), NOW);
    assertEquals(List.of(), preflight.check(VIEW, List.of(), NOW));
    if (rules) {
      preflight.repaired(
          List.of(
              new Change.SetNextHop(new DesiredNextHop(7, Family.IPV4, Optional.empty(), "weft0"))),
          NOW);
    }
    var wrong = preflight.check(VIEW, List.of(), NOW);
    assertEquals(said, wrong.stream().anyMatch(w -> w.contains("ManageForeignNextHops=no")));
    assertEquals(said ? 1 : 0, wrong.size(), wrong::toString);
    assertEquals(List.of(), preflight.check(VIEW, List.of(), NOW.plus(Duration.ofDays(2))));
  }
}
