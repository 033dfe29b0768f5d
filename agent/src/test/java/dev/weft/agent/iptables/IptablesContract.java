package dev.weft.agent.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the packet filter by iptables has to do in a real kernel, whichever kind it is of. */
abstract class IptablesContract {
  static final DesiredFirewall WANTED =
      wanted(
          List.of("weft0"),
          prefixes("10.2.0.0/16", "10.4.0.0/23", "fd00::/32", "fd01::1"),
          new EncapsulationGuard(
              List.of(51819), true, prefixes("172.16.0.1", "172.16.0.2", "fd02::1")));

  private final Variant variant;
  private Iptables iptables;

  IptablesContract(Variant variant) {
    this.variant = variant;
  }

  static List<Prefix> prefixes(String... texts) {
    return List.of(texts).stream().map(Prefix::parse).toList();
  }

  static DesiredFirewall wanted(List<String> links, List<Prefix> mesh, EncapsulationGuard guard) {
    return new DesiredFirewall(
        links,
        links,
        List.of(51820, 51821),
        0x1000,
        0x3000,
        List.of(
            new MasqueradeRule(prefixes("10.2.1.0/24"), List.of(), prefixes("10.2.0.0/16")),
            new MasqueradeRule(prefixes("10.2.1.0/24"), prefixes("10.2.7.7"), List.of()),
            new MasqueradeRule(prefixes("fd00::/64"), List.of(), prefixes("fd00::/32"))),
        mesh,
        prefixes("10.2.1.0/24", "10.4.0.1"),
        prefixes("192.168.0.0/16"),
        guard,
        new EgressFilter(List.of("weftbr0"), List.of("weftex4"), true));
  }

  @BeforeEach
  void open() {
    iptables =
        new Iptables(IptablesTool.find(variant).orElseThrow(), List.of(Family.IPV4, Family.IPV6));
  }

  @AfterEach
  void removeAll() throws IOException {
    iptables.remove();
    for (var tool : List.of(command("iptables"), command("ip6tables"))) {
      for (var table : List.of("filter", "nat", "mangle", "raw")) {
        Shell.run("%s -t %s -F && %s -t %s -X".formatted(tool, table, tool, table));
      }
      Shell.run("%1$s -P FORWARD ACCEPT && %1$s -P INPUT ACCEPT".formatted(tool));
    }
  }

  private String command(String base) {
    return variant.command(base);
  }

  private String save() {
    return Shell.run("%s-save; %s-save".formatted(command("iptables"), command("ip6tables")));
  }

  private static String withoutCounters(String save) {
    return save.replaceAll("(?m)^#.*\n| \\[\\d+:\\d+]", "");
  }

  private int count(String part) {
    return (int) save().lines().filter(line -> line.contains(part)).count();
  }

  @Test
  void whatWasWrittenReadsBack() throws IOException {
    iptables.replace(WANTED);
    var seen = iptables.read(WANTED);
    assertTrue(seen.present() && seen.intact(), save());
    assertEquals(FirewallSets.of(WANTED), seen.sets());
  }

  @Test
  void anotherAgentAdoptsItWithoutAWrite() throws IOException {
    iptables.replace(WANTED);
    open();
    var before = save();
    assertTrue(iptables.read(WANTED).intact());
    iptables.replace(WANTED);
    assertEquals(withoutCounters(before), withoutCounters(save()));
  }

  @Test
  void wholeFamiliesAndNeighboursReadBack() throws IOException {
    for (var mesh :
        List.of(
            prefixes("0.0.0.0/0", "::/0"),
            prefixes("0.0.0.0/1", "::/1"),
            prefixes("128.0.0.0/1", "8000::/1"),
            prefixes("10.0.0.1", "10.0.0.2", "10.0.0.4/30", "fd00::1", "fd00::2"))) {
      var wanted = wanted(List.of("weft0"), mesh, EncapsulationGuard.NONE);
      iptables.replace(wanted);
      var seen = iptables.read(wanted);
      assertTrue(seen.intact(), save());
      assertEquals(FirewallSets.of(wanted), seen.sets());
    }
  }

  @Test
  void absentChainsAreSeenAsAbsent() throws IOException {
    var seen = iptables.read(WANTED);
    assertFalse(seen.present() || seen.intact());
  }

  @Test
  void anotherWishIsNotIntactAndWhatItDoesNotNeedGoes() throws IOException {
    iptables.replace(WANTED);
    var other = wanted(List.of("weft0", "weft1"), prefixes("10.2.0.0/16"), EncapsulationGuard.NONE);
    assertFalse(iptables.read(other).intact());
    iptables.replace(other);
    assertTrue(iptables.read(other).intact(), save());
    assertEquals(0, count("WEFT-INPUT"));
    assertEquals(0, count("WEFT-ENCAP"));
  }

  @Test
  void elementsChangeWithoutRewritingAnything() throws IOException {
    iptables.replace(WANTED);
    Shell.run(command("iptables") + " -t mangle -A WEFT-FORWARD -j RETURN"); // a witness
    iptables.updateSets(
        Map.of("mesh4", prefixes("10.6.0.0/16"), "own6", prefixes("fd00::/48")),
        Map.of("mesh4", prefixes("10.4.0.0/23"), "own4", prefixes("10.4.0.1")));
    var sets = iptables.read(WANTED).sets();
    assertEquals(prefixes("10.2.0.0/16", "10.6.0.0/16"), sets.get("mesh4"));
    assertEquals(prefixes("10.2.1.0/24"), sets.get("own4"));
    assertEquals(prefixes("fd00::/48"), sets.get("own6"));
    assertEquals(1, count("-A WEFT-FORWARD -j RETURN"));
  }

  @Test
  void refusalChangesNothingAndSaysWhy() throws IOException {
    iptables.replace(WANTED);
    var error =
        assertThrows(
            IOException.class,
            () ->
                iptables.updateSets(
                    Map.of("mesh4", prefixes("10.6.0.0/16")),
                    Map.of("mesh4", prefixes("203.0.113.0/24"))));
    assertTrue(error.toString().contains(command("iptables") + "-restore"), error.toString());
    assertEquals(FirewallSets.of(WANTED), iptables.read(WANTED).sets());
  }

  @Test
  void whateverSomebodyChangesIsNoticedAndMended() throws IOException {
    for (var deed :
        List.of(
            "-t raw -D PREROUTING 1",
            "-t raw -F WEFT-TO",
            "-t raw -I WEFT-OWN -j ACCEPT",
            "-t raw -A WEFT-FROM -s 192.0.2.0/24 -g WEFT-TO",
            "-t mangle -D WEFT-FORWARD 1",
            "-t mangle -R WEFT-ENCAP 1 -s 10.0.0.0/8 -j RETURN",
            "-t mangle -I PREROUTING -j WEFT-PREROUTING",
            "-t nat -N WEFT-NAT7",
            "-t nat -F WEFT-NAT0")) {
      iptables.replace(WANTED);
      var right = withoutCounters(save());
      Shell.run(command("iptables") + " " + deed);
      var seen = iptables.read(WANTED);
      assertFalse(
          seen.intact() && seen.sets().equals(FirewallSets.of(WANTED)), deed + "\n" + save());
      iptables.replace(WANTED);
      assertEquals(right, withoutCounters(save()), deed);
    }
  }

  @Test
  void dropPoliciesGetOneJumpAfterAllRulesAndInputOneBeforeItsReject() throws IOException {
    Shell.run(
        """
        set -e
        %1$s -P FORWARD DROP; %1$s -A FORWARD -s 192.0.2.0/24 -j ACCEPT
        %1$s -A INPUT -p tcp --dport 22 -j ACCEPT; %1$s -A INPUT -j REJECT
        %2$s -P FORWARD DROP
        """
            .formatted(command("iptables"), command("ip6tables")));
    iptables.replace(WANTED);
    assertTrue(iptables.read(WANTED).intact(), save());
    iptables.replace(WANTED);
    assertEquals(2, count("-A FORWARD -m comment --comment weft -j WEFT-FORWARD") / 2);
    var filter = Shell.run(command("iptables") + " -S 2>/dev/null");
    assertEquals(1, filter.lines().filter(l -> l.endsWith("-j WEFT-FORWARD")).count());
    assertEquals(1, filter.lines().filter(l -> l.endsWith("-j WEFT-INPUT")).count());
    assertTrue(filter.indexOf("--dport 22 ") < filter.indexOf("-j WEFT-INPUT"), filter);
    assertTrue(filter.indexOf("-j WEFT-INPUT") < filter.indexOf("-j REJECT"), filter);
    assertTrue(filter.indexOf("-s 192.0.2.0/24") < filter.indexOf("-j WEFT-FORWARD"), filter);
    assertEquals(
        3, filter.lines().filter(l -> l.matches(".*-p udp .*--dport 518(19|2[01]) .*")).count());
    assertEquals(
        1, filter.lines().filter(l -> l.matches(".*-i weft0 -p udp .*--dport 51818 .*")).count());
    assertEquals(
        0, filter.lines().filter(l -> l.matches("-A WEFT-INPUT -i weft0 -m comment.*")).count());
    Shell.run(command("iptables") + " -F FORWARD");
    assertFalse(iptables.read(WANTED).intact());
    iptables.replace(WANTED);
    assertTrue(iptables.read(WANTED).intact());
  }

  @Test
  void policyThatAcceptsIsLeftAlone() throws IOException {
    Shell.run(command("iptables") + " -A FORWARD -s 192.0.2.0/24 -j DROP");
    iptables.replace(WANTED);
    assertTrue(iptables.read(WANTED).intact());
    assertEquals("", Shell.run(command("iptables") + " -S 2>/dev/null | grep WEFT || true"));
  }

  @Test
  void removalLeavesOthersAsTheyWere() throws IOException {
    Shell.run(
        """
        set -e
        for t in raw mangle nat; do %1$s -t $t -S > /dev/null; done
        %1$s -P FORWARD DROP; %1$s -A FORWARD -s 192.0.2.0/24 -j ACCEPT
        %1$s -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE
        %2$s -t mangle -A FORWARD -j ACCEPT
        """
            .formatted(command("iptables"), command("ip6tables")));
    var before = rules();
    iptables.replace(WANTED);
    assertTrue(iptables.remove());
    assertEquals(before, rules());
    assertFalse(iptables.remove());
  }

  /** Rules and policies; tables that hold nothing may have come to be. */
  private List<String> rules() {
    return withoutCounters(save())
        .lines()
        .filter(l -> l.startsWith("-A") || (l.startsWith(":") && !l.endsWith(" ACCEPT")))
        .toList();
  }

  @Test
  void othersAreToldFromOurselves() throws IOException {
    assertFalse(iptables.isUsedByOthers());
    iptables.replace(WANTED);
    assertFalse(iptables.isUsedByOthers(), save());
    Shell.run(command("ip6tables") + " -t mangle -N KUBE-IPTABLES-HINT");
    assertTrue(iptables.isUsedByOthers());
  }
}
