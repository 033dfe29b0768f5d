package dev.weft.agent.podsource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.agent.nativelib.LibNftables;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a pod (namespace "evil", port vevil) can send on weftbr0 under the addresses of another
 * (namespace "victim", port vvictim): both are attached, and each has a CNI result unless a test
 * removes it.
 */
class PodSourcesKernelIT {
  private static final LibNftables LIBRARY = NativeLibraries.nftables().orElseThrow();

  @TempDir private Path folder;

  /**
   * In place of the bridge's folder in sysfs, which may be mounted for another network namespace.
   */
  @TempDir private Path ports;

  private final Supervision supervision = new Supervision();

  @BeforeEach
  void build() throws IOException {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        ip link add weftbr0 type bridge; ip link set weftbr0 up
        ip addr add 10.2.1.1/24 dev weftbr0; ip addr add fd02::1/64 dev weftbr0 nodad
        i=5
        for n in evil victim; do
          ip netns add $n; ip -n $n link set lo up
          ip netns exec $n sysctl -qw net.ipv6.conf.default.accept_dad=0
          ip link add v$n type veth peer name eth0 address 02:00:00:00:00:0$i netns $n
          ip link set v$n master weftbr0; ip link set v$n up
          ip -n $n link set eth0 up
          ip -n $n addr add 10.2.1.$i/24 dev eth0; ip -n $n addr add fd02::$i/64 dev eth0 nodad
          i=6
        done
        """);
    for (var pod : List.of("evil", "victim")) {
      Files.createFile(ports.resolve("v" + pod));
    }
    attach("evil", 5);
    attach("victim", 6);
  }

  @AfterEach
  void end() {
    Shell.run(
        """
        for n in evil victim; do ip link del v$n; ip netns del $n; done
        ip link del weftbr0; nft flush ruleset; true
        """);
  }

  private void attach(String pod, int number) throws IOException {
    Files.writeString(
        folder.resolve("weft-" + pod + "-eth0"),
        CniResultsTest.cached(
            "weft",
            "v" + pod,
            "02:00:00:00:00:0" + number,
            "10.2.1." + number + "/24",
            "fd02::" + number + "/64"));
  }

  private PodSources start() {
    return new PodSources(folder, ports, LIBRARY, supervision);
  }

  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within two minutes: " + what);
      Thread.sleep(20);
    }
  }

  private static boolean isBound(String port) {
    return Shell.run("nft list table bridge weft 2>/dev/null || true").contains('"' + port + '"');
  }

  private static boolean answers(String from, String source, String destination) {
    return Shell.run(
            "ip netns exec %s ping -c 1 -W 1 -I %s %s >/dev/null && echo yes || echo no"
                .formatted(from, source, destination))
        .strip()
        .equals("yes");
  }

  @Test
  void ownAddressesPassAndOthersAreDropped() throws Exception {
    Shell.run(
        "ip -n evil addr add 10.2.1.77/32 dev eth0; ip -n evil addr add fd02::77/128 dev eth0 nodad");
    assertTrue(answers("evil", "10.2.1.77", "10.2.1.6"), "without rules anything passes");
    assertTrue(answers("evil", "fd02::77", "fd02::6"), "without rules anything passes");
    try (var sources = start()) {
      until("both are bound", () -> isBound("vevil") && isBound("vvictim"));
      for (var destination : List.of("10.2.1.6", "10.2.1.1")) {
        assertTrue(answers("evil", "10.2.1.5", destination), destination);
        assertFalse(answers("evil", "10.2.1.77", destination), destination);
      }
      for (var destination : List.of("fd02::6", "fd02::1")) {
        assertTrue(answers("evil", "fd02::5", destination), destination);
        assertFalse(answers("evil", "fd02::77", destination), destination);
      }
      assertEquals(0, sources.unbound());
    }
    assertFalse(answers("evil", "10.2.1.77", "10.2.1.6"), "the rules stay when the agent stops");
    assertTrue(PodSources.remove(LIBRARY));
    assertFalse(PodSources.remove(LIBRARY));
    assertTrue(answers("evil", "10.2.1.77", "10.2.1.6"));
  }

  /** The attacker takes the victim's addresses, and its kernel answers for them. */
  private static void takeAddresses() {
    Shell.run(
        """
        ip -n victim addr flush dev eth0; ip neigh flush dev weftbr0
        ip -n evil addr add 10.2.1.6/32 dev eth0; ip -n evil addr add fd02::6/128 dev eth0 nodad
        ping -c 1 -W 1 10.2.1.6; ping -c 1 -W 1 fd02::6
        true
        """);
  }

  private static boolean isTaken(String address) {
    return Shell.run("ip neigh show " + address + " dev weftbr0").contains("02:00:00:00:00:05");
  }

  private static void giveBack() {
    Shell.run(
        """
        ip -n evil addr del 10.2.1.6/32 dev eth0; ip -n evil addr del fd02::6/128 dev eth0
        ip -n victim addr add 10.2.1.6/24 dev eth0; ip -n victim addr add fd02::6/64 dev eth0 nodad
        ip neigh flush dev weftbr0
        """);
  }

  @Test
  void neitherArpNorNeighbourDiscoveryTakesAnAddress() throws Exception {
    takeAddresses();
    assertTrue(isTaken("10.2.1.6") && isTaken("fd02::6"), "without rules both are taken");
    giveBack();
    try (var sources = start()) {
      until("both are bound", () -> isBound("vevil") && isBound("vvictim"));
      assertTrue(answers("victim", "10.2.1.6", "10.2.1.1"));
      assertTrue(answers("victim", "fd02::6", "fd02::1"));
      takeAddresses();
      assertFalse(isTaken("10.2.1.6"));
      assertFalse(isTaken("fd02::6"));
      assertEquals(0, sources.unbound());
    }
  }

  /**
   * What the attacker's program writes to the wire itself: a packet and an ARP request under the
   * victim's address, behind VLAN tags of the VLAN 0, which stand for none.
   */
  private static void sendTagged(String tags) {
    var bridge = Shell.run("ip -o link show weftbr0 | sed 's/.*ether \\([^ ]*\\).*/\\1/'").strip();
    var from = "020000000005" + tags;
    var packet =
        bridge.replace(":", "")
            + from
            + "0800"
            // UDP from 10.2.1.6 to port 9 of 10.2.1.1
            + "4500002000010000401164c20a0201060a020101"
            + "03e80009000c000061626364";
    var request = "ffffffffffff" + from + "08060001080006040001" + "020000000005" + "0a020106";
    for (var frame : List.of(packet, request + "000000000000" + "0a020101")) {
      Shell.run(
          "echo %s | xxd -r -p | ip netns exec evil socat -u - INTERFACE:eth0".formatted(frame));
    }
  }

  private static int tagged() {
    var chain = Shell.run("nft list chain inet seen in");
    return Integer.parseInt(chain.replaceAll("(?s).*packets (\\d+).*", "$1"));
  }

  @Test
  void aVlanTagHidesNothing() throws Exception {
    var tags = List.of("81000000", "88a80000", "88a8000081000000");
    Shell.run(
        """
        nft add table inet seen
        nft add chain inet seen in '{ type filter hook prerouting priority -300; }'
        nft add rule inet seen in ip saddr 10.2.1.6 udp dport 9 counter
        """);
    for (int i = 0; i < tags.size(); i++) {
      int before = i;
      sendTagged(tags.get(i));
      until("without rules it arrives", () -> tagged() > before);
      until("without rules the address is taken", () -> isTaken("10.2.1.6"));
      Shell.run("ip neigh flush dev weftbr0");
    }
    try (var sources = start()) {
      until("both are bound", () -> isBound("vevil") && isBound("vvictim"));
      tags.forEach(PodSourcesKernelIT::sendTagged);
      // What was sent later on the same link has arrived, so what was sent before would have.
      assertTrue(answers("evil", "10.2.1.5", "10.2.1.1"));
      assertEquals(tags.size(), tagged());
      assertFalse(isTaken("10.2.1.6"));
      assertEquals(0, sources.unbound());
    }
  }

  /** Whether the bridge looks for the victim's link address at the attacker's port. */
  private static boolean isLinkAddressTaken() {
    Shell.run(
        """
        ip -n evil link set eth0 address 02:00:00:00:00:06
        ip netns exec evil ping -c 1 -W 1 10.2.1.1
        true
        """);
    var learnt = Shell.run("bridge fdb show br weftbr0 | grep -i '^02:00:00:00:00:06' || true");
    return learnt.contains("vevil");
  }

  @Test
  void aLinkAddressStaysWithItsPort() throws Exception {
    assertTrue(answers("victim", "10.2.1.6", "10.2.1.1"));
    // The victim's own packets take it back, and any may come between the two steps.
    until("without rules it is taken", PodSourcesKernelIT::isLinkAddressTaken);
    Shell.run("ip -n evil link set eth0 address 02:00:00:00:00:05");
    try (var sources = start()) {
      until("both are bound", () -> isBound("vevil") && isBound("vvictim"));
      until("the victim is heard", () -> answers("victim", "10.2.1.6", "10.2.1.1"));
      assertFalse(isLinkAddressTaken());
      assertTrue(answers("victim", "10.2.1.6", "10.2.1.1"));
      assertEquals(0, sources.unbound());
    }
  }

  @Test
  void podsThatComeAndGoAreFollowedAndWhatWasFlushedComesBack() throws Exception {
    Files.delete(folder.resolve("weft-victim-eth0"));
    try (var sources = start()) {
      until("the first", () -> isBound("vevil"));
      assertFalse(isBound("vvictim"));
      until("it is counted", () -> sources.unbound() == 1);
      assertTrue(
          answers("victim", "10.2.1.6", "10.2.1.5"), "a port without a result is not cut off");
      attach("victim", 6);
      until("the second", () -> isBound("vvictim"));
      until("none is left", () -> sources.unbound() == 0);
      Shell.run("nft delete table bridge weft");
      until("it is back", () -> isBound("vvictim"));
      Files.delete(folder.resolve("weft-evil-eth0"));
      until("it is gone", () -> !isBound("vevil"));
      Files.delete(folder.resolve("weft-victim-eth0"));
      Files.delete(ports.resolve("vevil"));
      Files.delete(ports.resolve("vvictim"));
      until("no table", () -> Shell.run("nft list tables").isBlank());
    }
    assertEquals(List.of(), supervision.troubled());
  }
}
