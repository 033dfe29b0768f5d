package dev.weft.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packet filter in a real kernel, and what iptables(8) makes of our rules beside its own. */
class FirewallKernelIT {
  private static final DesiredFirewall WANTED =
      firewall(
          List.of("weft0"), prefixes("10.2.0.0/16", "10.4.0.0/24", "10.4.1.0/25", "fd00::/32"));

  private Firewall firewall;

  private static List<Prefix> prefixes(String... texts) {
    return List.of(texts).stream().map(Prefix::parse).toList();
  }

  private static DesiredFirewall firewall(List<String> links, List<Prefix> mesh) {
    return new DesiredFirewall(
        links,
        links,
        List.of(51820, 51821),
        0x1000,
        0x3000,
        List.of(
            new MasqueradeRule(
                prefixes("10.2.1.0/24"),
                List.of(),
                mesh.stream().filter(p -> p.length() < 32).limit(1).toList()),
            new MasqueradeRule(prefixes("10.2.1.0/24"), prefixes("10.2.7.7"), List.of())),
        mesh,
        prefixes("10.2.1.0/24", "10.4.0.1"),
        prefixes("192.168.0.0/16"),
        EncapsulationGuard.NONE,
        new EgressFilter(List.of("weftbr0"), List.of("weftex4"), true));
  }

  @BeforeEach
  void open() {
    firewall = new Firewall(new Nftables(NativeLibraries.nftables().orElseThrow()));
  }

  @AfterEach
  void close() throws IOException {
    firewall.remove();
    firewall.close();
    Shell.run("nft flush ruleset");
  }

  @Test
  void whatWasWrittenReadsBack() throws IOException {
    firewall.replace(WANTED);
    var seen = firewall.read(WANTED);
    assertTrue(seen.present() && seen.intact());
    assertEquals(FirewallSets.of(WANTED), seen.sets());
  }

  @Test
  void wholeFamiliesAndNeighboursReadBack() throws IOException {
    for (var mesh :
        List.of(
            prefixes("0.0.0.0/0", "::/0"),
            prefixes("0.0.0.0/1", "::/1"),
            prefixes("128.0.0.0/1", "8000::/1", "255.255.255.255"),
            prefixes("10.0.0.1", "10.0.0.2", "10.0.0.4/30", "fd00::1", "fd00::2"))) {
      var wanted = firewall(List.of("weft0"), mesh);
      firewall.replace(wanted);
      assertEquals(FirewallSets.of(wanted), firewall.read(wanted).sets());
    }
  }

  @Test
  void absentTableIsSeenAsAbsent() throws IOException {
    var seen = firewall.read(WANTED);
    assertFalse(seen.present() || seen.intact());
  }

  @Test
  void anotherWishIsNotIntact() throws IOException {
    firewall.replace(WANTED);
    assertFalse(
        firewall
            .read(firewall(List.of("weft0", "weft1"), prefixes("10.2.0.0/16", "10.4.0.0/24")))
            .intact());
  }

  @Test
  void noLinksAndNoSetsAreFine() throws IOException {
    var none =
        new DesiredFirewall(
            List.of(), List.of(), List.of(), 0, 0, List.of(), List.of(), List.of(), List.of());
    firewall.replace(none);
    assertTrue(firewall.read(none).intact());
  }

  @Test
  void elementsChangeWithoutRewritingTheTable() throws IOException {
    firewall.replace(WANTED);
    var handle = Shell.run("nft -a list table inet weft | grep 'table inet weft'");
    firewall.updateSets(
        Map.of("mesh4", prefixes("10.4.0.0/23", "172.20.0.0/30")),
        Map.of("mesh4", prefixes("10.4.0.0/24", "10.4.1.0/25")));
    var seen = firewall.read(WANTED);
    assertTrue(seen.intact());
    assertEquals(prefixes("10.2.0.0/16", "10.4.0.0/23", "172.20.0.0/30"), seen.sets().get("mesh4"));
    assertEquals(handle, Shell.run("nft -a list table inet weft | grep 'table inet weft'"));
  }

  @Test
  void refusalChangesNothingAndSaysWhy() throws IOException {
    firewall.replace(WANTED);
    var error =
        assertThrows(
            IOException.class,
            () ->
                firewall.updateSets(
                    Map.of("mesh4", prefixes("172.20.0.0/30"), "nosuch", prefixes("10.0.0.0/8")),
                    Map.of()));
    assertTrue(error.toString().contains("nft change elements"), error.toString());
    assertEquals(FirewallSets.of(WANTED), firewall.read(WANTED).sets());
  }

  @Test
  void replacedRuleUnderOurCommentIsNoticed() throws IOException {
    firewall.replace(WANTED);
    assertTrue(firewall.read(WANTED).intact());
    Shell.run(
        """
        set -e
        rule=$(nft -a list chain inet weft forward | grep 'answers go back by the mesh')
        handle=${rule##* }
        comment=$(echo "$rule" | sed 's/.*comment "\\([^"]*\\)".*/\\1/')
        nft replace rule inet weft forward handle $handle drop comment "\\"$comment\\""
        """);
    assertFalse(firewall.read(WANTED).intact());
  }

  @Test
  void dropPoliciesGetOneJumpAfterAllRulesAndInputOneBeforeItsReject() throws IOException {
    Shell.run(
        """
        set -e
        iptables -P FORWARD DROP; iptables -A FORWARD -s 192.0.2.0/24 -j ACCEPT
        iptables -A INPUT -p tcp --dport 22 -j ACCEPT; iptables -A INPUT -j REJECT
        ip6tables -P FORWARD DROP
        nft add table inet corp
        nft add chain inet corp in '{ type filter hook input priority 0; policy drop; }'
        nft add chain inet corp out '{ type filter hook output priority 0; policy drop; }'
        """);
    firewall.replace(WANTED);
    assertTrue(firewall.read(WANTED).intact());
    firewall.replace(WANTED);
    assertEquals("1", count("iptables-save | grep -c 'FORWARD.*-j weft-forward'"));
    assertEquals("1", count("iptables-save | grep -c 'INPUT.*-j weft-input'"));
    assertEquals("1", count("ip6tables-save | grep -c 'FORWARD.*-j weft-forward'"));
    assertEquals("1", count("nft list chain inet corp in | grep -c 'jump weft-input'"));
    assertEquals("0", count("nft list chain inet corp out | grep -c jump"));
    assertEquals("2", count("iptables -S | grep -c -- '-p udp.*--dport 5182[01].* -j ACCEPT'"));
    assertEquals("1", count("iptables -S | grep -c -- '-i weft0 .*--dport 51818.* -j ACCEPT'"));
    assertEquals("0", count("iptables -S weft-input | grep -c -- '-i weft0 -m comment'"));
    var forward = Shell.run("iptables -S FORWARD 2>/dev/null").strip().lines().toList();
    assertTrue(forward.getLast().contains("weft-forward"), forward.toString());
    var input = Shell.run("iptables -S INPUT 2>/dev/null").strip().lines().toList();
    assertTrue(input.get(input.size() - 2).contains("weft-input"), input.toString());
    assertTrue(input.getLast().contains("REJECT"), input.toString());
  }

  @Test
  void removedJumpIsNoticedAndPutBack() throws IOException {
    Shell.run("iptables -P FORWARD DROP");
    firewall.replace(WANTED);
    Shell.run("iptables -F FORWARD");
    assertFalse(firewall.read(WANTED).intact());
    firewall.replace(WANTED);
    assertTrue(firewall.read(WANTED).intact());
    Shell.run("iptables -F weft-forward");
    assertFalse(firewall.read(WANTED).intact());
  }

  @Test
  void missingJumpIsPutBackWithoutRewritingOurTable() throws IOException {
    firewall.replace(WANTED);
    var before = Shell.run("nft -a list table inet weft");
    Shell.run("iptables -P FORWARD DROP");
    firewall.replace(WANTED);
    assertTrue(firewall.read(WANTED).intact());
    assertEquals(before, Shell.run("nft -a list table inet weft"));
  }

  @Test
  void policyThatAcceptsIsLeftAlone() throws IOException {
    Shell.run("iptables -P FORWARD ACCEPT; iptables -A FORWARD -s 192.0.2.0/24 -j DROP");
    firewall.replace(WANTED);
    assertTrue(firewall.read(WANTED).intact());
    assertEquals("0", count("iptables-save | grep -c weft"));
  }

  @Test
  void removalLeavesOthersAsTheyWere() throws IOException {
    Shell.run("iptables -P FORWARD DROP; iptables -A FORWARD -s 192.0.2.0/24 -j ACCEPT");
    var before = Shell.run("iptables-save | grep -v '^#'");
    firewall.replace(WANTED);
    firewall.remove();
    assertEquals(before, Shell.run("iptables-save | grep -v '^#'"));
    assertEquals("0", count("nft list tables | grep -c weft"));
  }

  private static String count(String command) {
    return Shell.run("{ " + command + "; true; } 2>/dev/null").strip();
  }

  /** Parity with nft(8): what a user reads there. */
  @Test
  void nftListsTheRulesAsMeant() throws IOException {
    firewall.replace(WANTED);
    var text = Shell.run("nft list table inet weft");
    for (var part :
        List.of(
            "iifname != \"weft0\" udp dport { 51820, 51821 } fib daddr type local meta mark set meta mark & 0xffffdfff | 0x00001000",
            "ip saddr @mesh4 ip daddr @mesh4 ip saddr != @own4 ip daddr != @own4 ip saddr != @tracked4 ip daddr != @tracked4 notrack",
            "ip6 saddr @mesh6 ip6 daddr @mesh6",
            "oifname \"weft0\" tcp flags syn / syn,rst tcp option maxseg size set rt mtu",
            "iifname \"weft0\" tcp flags syn / syn,rst tcp option maxseg size set rt mtu",
            "ip saddr @nat0_source ip daddr != @nat0_except oifname != \"weft0\" masquerade",
            "ip saddr @nat1_source ip daddr @nat1_destination ip daddr != @nat1_except oifname != \"weft0\" masquerade")) {
      assertTrue(text.contains(part), part + " isn't in\n" + text);
    }
  }
}
