package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.firewall.FirewallChoice.Kind;
import dev.weft.agent.kernel.Shell;
import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * From one packet filter to another in a real kernel: nothing is left, and others see nothing of
 * it.
 */
class SwitchingKernelIT {
  private static final DesiredFirewall WANTED =
      new DesiredFirewall(
          List.of("weft0"),
          List.of("weft0"),
          List.of(51820),
          0x1000,
          0x1000,
          List.of(),
          List.of(Prefix.parse("10.2.0.0/16")),
          List.of(Prefix.parse("10.2.1.0/24")),
          List.of());

  private ChosenFilter filter;

  @BeforeEach
  void open() throws IOException {
    filter = ChosenFilter.open(Duration.ZERO);
  }

  @AfterEach
  void close() throws IOException {
    filter.remove();
    filter.close();
    Shell.run("nft flush ruleset; iptables-legacy -P FORWARD ACCEPT; iptables-legacy -F");
  }

  private void converge(FirewallBackend backend, Kind kind) throws IOException {
    assertEquals(kind, filter.use(backend).kind());
    var seen = filter.read(WANTED);
    if (!seen.intact() || !seen.sets().equals(FirewallSets.of(WANTED))) {
      filter.replace(WANTED);
    }
    assertTrue(filter.read(WANTED).intact(), Shell.run("nft list ruleset; iptables-legacy-save"));
  }

  private static boolean has(String command, String part) {
    return Shell.run(command).contains(part);
  }

  @Test
  void thereAndBackLeavesOneOfThem() throws IOException {
    Shell.run("iptables-nft -P FORWARD DROP");
    converge(FirewallBackend.NFTABLES, Kind.NFTABLES);
    assertTrue(has("iptables-nft-save", "weft-forward"));
    converge(FirewallBackend.IPTABLES, Kind.IPTABLES_NFT);
    assertFalse(has("nft list tables", "inet weft"));
    assertFalse(has("iptables-nft-save", "weft-forward"));
    assertTrue(has("iptables-nft-save", "WEFT-FORWARD"));
    converge(FirewallBackend.NFTABLES, Kind.NFTABLES);
    assertFalse(has("iptables-nft-save", "WEFT-"));
    assertTrue(has("iptables-nft-save", "weft-forward"));
  }

  @Test
  void anotherAgentFinishesWhatOneThatDiedHadBegun() throws IOException {
    converge(FirewallBackend.NFTABLES, Kind.NFTABLES);
    filter.close();
    open();
    converge(FirewallBackend.IPTABLES, Kind.IPTABLES_NFT);
    assertFalse(has("nft list tables", "inet weft"));
  }

  @Test
  void autoFollowsAHostThatUsesLegacy() throws IOException {
    converge(FirewallBackend.AUTO, Kind.NFTABLES);
    Shell.run("iptables-legacy -P FORWARD DROP");
    converge(FirewallBackend.AUTO, Kind.IPTABLES_LEGACY);
    assertFalse(has("nft list tables", "inet weft"));
    assertTrue(has("iptables-legacy-save", "-j WEFT-FORWARD"));
  }

  @Test
  void besideIptablesABaseChainOfNftablesThatDropsIsPassed() throws IOException {
    Shell.run(
        """
        set -e
        nft add table inet corp
        nft add chain inet corp passing '{ type filter hook forward priority 0; policy drop; }'
        """);
    converge(FirewallBackend.IPTABLES, Kind.IPTABLES_NFT);
    assertTrue(has("nft list chain inet corp passing", "jump weft-forward"));
    filter.remove();
    assertFalse(has("nft list ruleset", "weft"));
  }

  @Test
  void atRestNothingIsReadOrWrittenUntilTheRuleSetChanges() throws IOException {
    converge(FirewallBackend.NFTABLES, Kind.NFTABLES);
    assertSame(filter.read(WANTED), filter.read(WANTED), "what was read before stands");
    Shell.run("nft flush chain inet weft forward");
    assertFalse(filter.read(WANTED).intact());
  }
}
