package dev.weft.agent.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.mesh.desired.BootFilter;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * This namespace is a gateway that has just booted: it forwards, and knows only its default route,
 * to namespace "out", which counts what arrives by destination. Namespace "member" is a node of the
 * gateway's location, with pods.
 */
class BootGuardKernelIT {
  private static final BootFilter FILTER =
      new BootFilter(
          List.of("wan", "lan"),
          prefixes("10.42.3.0/24", "10.4.0.3/32", "10.96.0.0/16", "fd42:3::/64"),
          prefixes("10.42.2.0/24", "10.42.3.0/24", "10.4.0.2/32", "fd42:2::/64", "fd42:3::/64"),
          prefixes("10.9.0.0/24", "10.42.1.0/24", "10.42.2.0/24", "10.4.0.2/32", "fd09::/64"));

  @TempDir Path directory;

  private static List<Prefix> prefixes(String... texts) {
    return Stream.of(texts).map(Prefix::parse).toList();
  }

  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        for n in out member; do
          ip netns add $n; ip -n $n link set lo up
          ip netns exec $n sysctl -qw net.ipv6.conf.default.accept_dad=0
        done
        ip link add wan type veth peer name wan netns out
        ip link add lan type veth peer name eth0 netns member
        for l in wan lan; do ip link set $l up; done
        sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lan.rp_filter=0
        ip addr add 198.51.100.1/24 dev wan; ip addr add 2001:db8::1/64 dev wan nodad
        ip addr add 10.9.0.1/24 dev lan; ip addr add fd09::1/64 dev lan nodad
        ip -n member link set eth0 up
        ip -n member addr add 10.9.0.5/24 dev eth0; ip -n member addr add fd09::5/64 dev eth0 nodad
        ip -n member addr add 10.42.2.7/32 dev lo; ip -n member addr add fd42:2::7/128 dev lo
        ip -n member addr add 10.4.0.2/32 dev lo
        ip -n member route add default via 10.9.0.1; ip -n member -6 route add default via fd09::1
        ip -n out addr add 198.51.100.2/24 dev wan; ip -n out addr add 2001:db8::2/64 dev wan nodad
        ip -n out link set wan up
        ip route add default via 198.51.100.2; ip -6 route add default via 2001:db8::2
        ip route add 10.42.2.0/24 via 10.9.0.5
        ip netns exec out nft -f - <<'N'
        table inet seen {
          counter datagrams { }
          chain in { type filter hook prerouting priority -300; udp dport 9 counter name datagrams; }
        }
        N
        """);
  }

  @AfterEach
  void end() {
    Shell.run(
        """
        for n in out member; do ip netns del $n; done
        for l in wan lan; do ip link del $l 2>/dev/null; done
        nft flush ruleset
        true
        """);
  }

  private BootGuard guard() {
    return new BootGuard(
        directory.resolve("state"), directory.resolve("run"), NativeLibraries.nftables());
  }

  private Path file() {
    return directory.resolve("state").resolve(BootGuard.FILE);
  }

  /** What the unit does. */
  private void boot() {
    Shell.run("nft -f " + file());
  }

  /** Of three datagrams to discard(9), so many reach the network beyond. */
  private static void assertArrive(
      int expected, String what, String from, String source, String destination) {
    Shell.run("ip netns exec out nft reset counter inet seen datagrams");
    var prefix = from.isEmpty() ? "" : "ip netns exec " + from + " ";
    var family = destination.contains(":") ? "6" : "4";
    Shell.run(
        "for i in 1 2 3; do echo x | %ssocat -u - UDP%s-SENDTO:%s:9%s || true; done"
            .formatted(
                prefix,
                family,
                family.equals("6") ? "[" + destination + "]" : destination,
                source.isEmpty()
                    ? ""
                    : ",bind=" + (family.equals("6") ? "[" + source + "]" : source)));
    // The first ones wait for their neighbour's link address.
    for (int i = 0; i < 200 && counted() < expected; i++) {
      Shell.run("sleep 0.05");
    }
    assertEquals(expected, counted(), what);
  }

  private static int counted() {
    return Integer.parseInt(
        Shell.run("ip netns exec out nft list counter inet seen datagrams")
            .replaceAll("(?s).*packets (\\d+).*", "$1"));
  }

  private static void assertArrive(int expected) {
    assertArrive(expected, "pod to pod elsewhere", "member", "10.42.2.7", "10.42.3.9");
    assertArrive(expected, "the same by IPv6", "member", "fd42:2::7", "fd42:3::9");
    assertArrive(expected, "pod to an exit elsewhere", "member", "10.42.2.7", "192.0.2.9");
    assertArrive(expected, "node to pod elsewhere", "member", "10.9.0.5", "10.42.3.9");
    assertArrive(expected, "mesh address to a LAN elsewhere", "member", "10.4.0.2", "192.0.2.9");
    assertArrive(expected, "own packet to a mesh address", "", "", "10.4.0.3");
    assertArrive(expected, "own packet to a Service", "", "", "10.96.0.1");
    assertArrive(expected, "own packet by IPv6", "", "", "fd42:3::9");
  }

  @Test
  void whatOnlyTheMeshMayCarryDoesNotLeaveUntilTheNodeIsProgrammed() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    guard().programmed(FILTER, true);
    assertArrive(3); // what the filter is for
    boot();
    assertArrive(0);
    assertArrive(3, "a member node's own packets", "member", "10.9.0.5", "192.0.2.9");
    assertArrive(3, "this node's own packets", "", "", "192.0.2.9");
    boot(); // twice is as once
    var agent = guard();
    agent.programmed(FILTER, false);
    agent.programmed(FILTER, false);
    assertArrive(0);
    agent.programmed(FILTER, true);
    assertArrive(3);
    assertTrue(Files.exists(directory.resolve("run").resolve(BootGuard.MARKER)));
  }

  @Test
  void aChangeThatIsRefusedForGoodDoesNotCloseTheNodeForGood() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    guard().programmed(FILTER, true);
    boot();
    var now = new AtomicLong();
    var agent =
        new BootGuard(
            directory.resolve("state"),
            directory.resolve("run"),
            NativeLibraries.nftables(),
            now::get);
    for (int pass = 0; pass < 6; pass++) {
      agent.programmed(FILTER, false); // links are coming up, and each is a pass
      now.addAndGet(Duration.ofSeconds(10).toNanos());
    }
    assertArrive(0);
    agent.programmed(FILTER, false);
    assertArrive(3);
  }

  /** On a full /run, say. */
  @Test
  void aMarkerThatCannotBeWrittenDoesNotKeepTheNodeClosed() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    guard().programmed(FILTER, true);
    boot();
    Files.delete(file());
    Files.delete(directory.resolve("run").resolve(BootGuard.MARKER));
    Files.delete(directory.resolve("run"));
    Files.createFile(directory.resolve("run"));
    guard().programmed(FILTER, true);
    assertArrive(3);
    assertTrue(Files.exists(file()), "the filter of the next boot");
  }

  @Test
  void whoLeavesTheMeshIsHeldBackNoMore() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    guard().programmed(FILTER, true);
    boot();
    var agent = guard();
    agent.withdraw();
    assertArrive(3);
    assertFalse(Files.exists(file()));
    assertFalse(Files.exists(directory.resolve("run").resolve(BootGuard.MARKER)));
    agent.programmed(FILTER, true);
    assertTrue(Files.exists(file()), "the node is in a mesh again");
    assertEquals(List.of("removed " + file()), guard().remove());
    assertEquals(List.of(), guard().remove());
  }

  @Test
  void emptyFilterIsLoaded() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    guard()
        .programmed(
            new BootFilter(List.of("wan", "odd\"} drop"), List.of(), List.of(), List.of()), true);
    boot();
    assertArrive(3);
    guard().programmed(BootFilter.NONE, true);
    assertFalse(Files.exists(file()), "there is nothing to hold back");
  }
}
