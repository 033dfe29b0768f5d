package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import dev.weft.mesh.tunnel.GuardedMember;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a gateway (this namespace, 10.9.0.1) takes from namespace "there", which has the addresses
 * of a member (.2, pods 10.2.2.0/24), of another gateway (.4) and of a stranger (.9), and sends
 * encapsulated packets that are made by hand. Those that leave the link weftvx4 or weftvx6 are
 * counted by their inner source.
 */
class MemberSourcesKernelIT {
  private static final String OWN = "10.2.2.5";
  private static final String OTHERS = "10.2.3.5";
  private static final String OUTSIDE = "10.7.0.5";
  private static final String OWN6 = "fd02:2::5";
  private static final String OTHERS6 = "fd02:3::5";
  private static final String LINK_LOCAL = "fe80::5";

  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        sysctl -qw net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.all.rp_filter=0
        ip link set lo up
        ip netns add there; ip -n there link set lo up
        ip netns exec there sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link add wan type veth peer name wan netns there
        ip link set wan up; ip -n there link set wan up
        ip addr add 10.9.0.1/24 dev wan; ip addr add fd09::1/64 dev wan nodad
        for i in 2 4 9; do
          ip -n there addr add 10.9.0.$i/24 dev wan; ip -n there addr add fd09::$i/64 dev wan nodad
        done
        mac='address 02:00:00:00:00:01'
        ip link add weftvx4 $mac type vxlan id 7050 local 10.9.0.1 dstport 51819 nolearning
        ip link add weftvx6 $mac type vxlan id 7050 local fd09::1 dstport 51819 nolearning
        ip link set weftvx4 up; ip link set weftvx6 up
        nft -f - <<'N'
        table inet seen {
          chain in { type filter hook prerouting priority -290;
            iifname "weftvx*" ip saddr 10.2.2.5 counter comment "10.2.2.5"
            iifname "weftvx*" ip saddr 10.2.3.5 counter comment "10.2.3.5"
            iifname "weftvx*" ip saddr 10.7.0.5 counter comment "10.7.0.5"
            iifname "weftvx*" ip saddr 10.2.4.70 counter comment "10.2.4.70"
            iifname "weftvx*" ip saddr 10.2.4.130 counter comment "10.2.4.130"
            iifname "weftvx*" ip6 saddr fd02:4:0:f::5 counter comment "fd02:4:0:f::5"
            iifname "weftvx*" ip6 saddr fd02:4:0:10::5 counter comment "fd02:4:0:10::5"
            iifname "weftvx*" ip6 saddr fd02:2::5 counter comment "fd02:2::5"
            iifname "weftvx*" ip6 saddr fd02:3::5 counter comment "fd02:3::5"
            iifname "weftvx*" ip6 saddr fe80::5 counter comment "fe80::5"
          }
          chain outer { type filter hook input priority 0;
            ip protocol 4 @th,96,32 0x0a020205 counter comment "ipip 10.2.2.5"
            ip protocol 4 @th,96,32 0x0a020305 counter comment "ipip 10.2.3.5"
            ip protocol 4 @th,96,32 0x0a070005 counter comment "ipip 10.7.0.5"
          }
        }
        N
        """);
  }

  @AfterEach
  void end() {
    Shell.run(
        """
        ip netns del there
        for l in wan weftvx4 weftvx6; do ip link del $l 2>/dev/null; done
        for t in iptables-nft ip6tables-nft iptables-legacy ip6tables-legacy; do
          for n in raw mangle nat filter; do $t -t $n -F; $t -t $n -X; done 2>/dev/null
        done
        nft flush ruleset
        true
        """);
  }

  private static List<Prefix> prefixes(String... texts) {
    return List.of(texts).stream().map(Prefix::parse).toList();
  }

  private static List<Prefix> senders() {
    return prefixes("10.9.0.2", "10.9.0.4", "fd09::2", "fd09::4");
  }

  private static DesiredFirewall filter(EncapsulationGuard guard) {
    return new DesiredFirewall(
        List.of("weft0", "weftvx4", "weftvx6"),
        List.of("weft0"),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        guard,
        EgressFilter.NONE);
  }

  private static DesiredFirewall outside() {
    return filter(new EncapsulationGuard(List.of(51819), true, senders()));
  }

  private static DesiredFirewall inside() {
    var own = prefixes("10.2.2.0/24", "10.2.4.64/26", "10.9.0.2", "fd02:2::/64", "fd02:4:0:8::/61");
    return filter(
        new EncapsulationGuard(
            List.of(51819),
            true,
            senders(),
            List.of(
                new GuardedMember(List.of(), prefixes("10.2.9.0/24")),
                new GuardedMember(
                    List.of(IpAddress.parse("10.9.0.2"), IpAddress.parse("fd09::2")), own)),
            prefixes(
                "10.2.2.0/23",
                "10.2.4.0/24",
                "10.9.0.2",
                "fd02:2::/64",
                "fd02:3::/64",
                "fd02:4::/48")));
  }

  /** A packet of VXLAN from one of the addresses there. */
  private record Frame(String sender, String source, boolean tagged, String options) {
    Frame(String sender, String source) {
      this(sender, source, false, "");
    }

    void send() {
      var inner = IpAddress.parse(source);
      var to = inner.family() == Family.IPV4 ? "10.2.1.1" : "fd02:1::1";
      boolean four = sender.indexOf(':') < 0;
      sendBytes(
          InnerPacket.vxlan(inner, IpAddress.parse(to), tagged),
          four
              ? "UDP4-SENDTO:10.9.0.1:51819,bind=%s:5000%s".formatted(sender, options)
              : "UDP6-SENDTO:[fd09::1]:51819,bind=[%s]:5000%s".formatted(sender, options));
    }
  }

  private static void sendIpip(String source) {
    sendBytes(
        InnerPacket.ip(IpAddress.parse(source), IpAddress.parse("10.2.1.1")),
        "IP4-SENDTO:10.9.0.1:4,bind=10.9.0.2");
  }

  private static void sendBytes(byte[] bytes, String to) {
    Shell.run(
        "echo %s | base64 -d | ip netns exec there socat -u - '%s'"
            .formatted(Base64.getEncoder().encodeToString(bytes), to));
  }

  private static int seen(String kind) {
    var line = Shell.run("nft list table inet seen | grep '\"" + kind + "\"'").strip();
    return Integer.parseInt(line.replaceAll(".*packets (\\d+) .*", "$1"));
  }

  private static void assertSeen(int expected, String kind, String why) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (seen(kind) < expected && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(expected, seen(kind), why);
  }

  /** Sends the frame and one that is taken for sure, behind it on the same link. */
  private static boolean arrives(Frame frame) {
    int before = seen(frame.source());
    int known = seen(OUTSIDE);
    frame.send();
    new Frame("10.9.0.4", OUTSIDE).send();
    boolean same = frame.source().equals(OUTSIDE);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (seen(OUTSIDE) < known + 1 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return seen(frame.source()) > (same ? before + 1 : before);
  }

  private static final List<Frame> HONEST =
      List.of(
          new Frame("10.9.0.2", OWN),
          new Frame("10.9.0.2", OWN, false, ",ipoptions=x01010101"),
          new Frame("10.9.0.2", OWN6),
          new Frame("10.9.0.2", "10.2.4.70"),
          new Frame("10.9.0.2", "fd02:4:0:f::5"),
          new Frame("10.9.0.2", OUTSIDE),
          new Frame("10.9.0.2", LINK_LOCAL),
          new Frame("fd09::2", OWN),
          new Frame("fd09::2", OWN6),
          new Frame("fd09::2", LINK_LOCAL),
          // Another gateway passes on what members send through it.
          new Frame("10.9.0.4", OTHERS),
          new Frame("fd09::4", OTHERS6));

  private static final List<Frame> FORGED =
      List.of(
          new Frame("10.9.0.2", OTHERS),
          new Frame("10.9.0.2", OTHERS, false, ",ipoptions=x01010101"),
          new Frame("10.9.0.2", OTHERS, true, ""),
          new Frame("10.9.0.2", OTHERS6),
          new Frame("10.9.0.2", OTHERS6, true, ""),
          new Frame("10.9.0.2", "10.2.4.130"),
          new Frame("10.9.0.2", "fd02:4:0:10::5"),
          new Frame("fd09::2", OTHERS),
          new Frame("fd09::2", OTHERS, true, ""),
          new Frame("fd09::2", OTHERS6));

  @Test
  void aGatewayTakesFromAMemberNoSourceOfAnotherInVxlan() throws IOException {
    try (var filter = Backend.NFTABLES.open()) {
      filter.replace(outside());
      FORGED.forEach(f -> assertTrue(arrives(f), "the trap is not set: " + f));
      filter.replace(inside());
      assertTrue(filter.read(inside()).intact());
      assertEquals(List.of(), filter.obstacles());
      FORGED.forEach(f -> assertTrue(!arrives(f), "taken: " + f));
      HONEST.forEach(f -> assertTrue(arrives(f), "not taken: " + f));
      filter.replace(outside());
      assertTrue(filter.read(outside()).intact(), "the chains of members are gone");
      filter.remove();
    }
  }

  /** What passes the filter is counted, so that no kernel has to have IPIP. */
  @Test
  void aGatewayTakesFromAMemberNoSourceOfAnotherInIpip() throws IOException {
    try (var filter = Backend.NFTABLES.open()) {
      filter.replace(outside());
      sendIpip(OTHERS);
      assertSeen(1, "ipip " + OTHERS, "the trap is not set");
      filter.replace(inside());
      sendIpip(OTHERS);
      sendIpip(OWN);
      sendIpip(OUTSIDE);
      assertSeen(1, "ipip " + OWN, "the member's own");
      assertSeen(1, "ipip " + OUTSIDE, "from outside of the location");
      assertSeen(1, "ipip " + OTHERS, "another member's");
      filter.remove();
    }
  }

  @Test
  void whatSomebodyChangesInTheChainsOfMembersIsNoticed() throws IOException {
    try (var filter = Backend.NFTABLES.open()) {
      for (var damage :
          List.of(
              "nft flush chain inet weft vxlan",
              "nft flush chain inet weft vxlan1",
              "nft insert rule inet weft vxlan1 accept",
              "nft flush chain inet weft ipip1")) {
        filter.replace(inside());
        assertTrue(filter.read(inside()).intact());
        Shell.run(damage);
        assertTrue(!filter.read(inside()).intact(), "not noticed: " + damage);
      }
      filter.remove();
    }
  }

  /** As many as docs/requirements.md supports; a chain for each. */
  @Test
  void aLocationOfFiveHundredMembersIsLoadedAndReadBack() throws IOException {
    var members = new ArrayList<GuardedMember>();
    var location = new ArrayList<Prefix>();
    for (int i = 0; i < 500; i++) {
      var address = IpAddress.parse("10.9.%d.%d".formatted(8 + i / 200, 1 + i % 200));
      var own =
          prefixes(
              "10.%d.%d.0/24".formatted(100 + i / 250, i % 250),
              "fd02:%x::/64".formatted(i + 16),
              address.toString());
      members.add(new GuardedMember(List.of(address), own));
      location.addAll(own);
    }
    var wanted =
        filter(
            new EncapsulationGuard(
                List.of(51819), true, senders(), members, Aggregation.of(location)));
    try (var filter = Backend.NFTABLES.open()) {
      for (int i = 0; i < 5; i++) {
        filter.replace(outside());
        long began = System.nanoTime();
        filter.replace(wanted);
        long written = System.nanoTime();
        assertTrue(filter.read(wanted).intact());
        System.out.printf(
            "measured: guard of 500 members written in %d ms, read in %d ms%n",
            (written - began) / 1_000_000, (System.nanoTime() - written) / 1_000_000);
      }
      assertTrue(arrives(new Frame("10.9.0.4", OTHERS)), "who is no member");
      filter.remove();
    }
  }

  /** iptables looks at the outer sender alone, and says so. */
  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"IPTABLES_NFT", "IPTABLES_LEGACY"})
  void iptablesHoldsStrangersAndNamesWhatItDoesNotHold(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      filter.replace(inside());
      assertTrue(filter.read(inside()).intact());
      assertTrue(!arrives(new Frame("10.9.0.9", OWN)), "a stranger");
      assertTrue(arrives(new Frame("10.9.0.2", OWN)));
      assertTrue(arrives(new Frame("10.9.0.2", OTHERS)), "not held by iptables");
      assertEquals(1, filter.obstacles().size());
      assertTrue(
          filter.obstacles().getFirst().contains("does not look into encapsulated packets"),
          filter.obstacles().toString());
      filter.read(outside());
      assertEquals(List.of(), filter.obstacles(), "where there is nothing to look into");
      filter.remove();
    }
  }
}
