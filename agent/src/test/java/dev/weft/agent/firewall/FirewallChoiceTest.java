package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.iptables.Variant;
import dev.weft.api.v1alpha1.FirewallBackend;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs the packet filter, by the mesh's wish and by what the host has and uses. */
class FirewallChoiceTest {
  /**
   * Tools: n iptables-nft, l iptables-legacy. Legacy: – no tables, t tables alone, u used, ?
   * unreadable.
   */
  @ParameterizedTest
  @CsvSource({
    "AUTO,     true,  nl, -, NFTABLES,        ''",
    "AUTO,     true,  '', -, NFTABLES,        ''",
    "AUTO,     true,  nl, t, NFTABLES,        ''",
    "AUTO,     true,  nl, u, IPTABLES_LEGACY, ''",
    "AUTO,     true,  n,  ?, NFTABLES,        CAP_NET_RAW",
    "AUTO,     false, nl, -, IPTABLES_NFT,    ''",
    "AUTO,     false, l,  -, IPTABLES_LEGACY, ''",
    "NFTABLES, true,  nl, -, NFTABLES,        ''",
    "NFTABLES, true,  nl, u, NFTABLES,        spec.firewall to Auto",
    "NFTABLES, false, n,  -, IPTABLES_NFT,    libnftables1",
    "IPTABLES, true,  nl, -, IPTABLES_NFT,    ''",
    "IPTABLES, true,  nl, u, IPTABLES_LEGACY, ''",
    "IPTABLES, true,  l,  -, IPTABLES_LEGACY, ''",
    "IPTABLES, true,  '', -, NFTABLES,        install Debian's iptables",
  })
  void isChosen(
      FirewallBackend wanted,
      boolean nftables,
      String tools,
      char legacy,
      FirewallChoice.Kind kind,
      String fix) {
    var variants = java.util.EnumSet.noneOf(Variant.class);
    if (tools.contains("n")) {
      variants.add(Variant.NFT);
    }
    if (tools.contains("l")) {
      variants.add(Variant.LEGACY);
    }
    var host =
        new HostFirewall(
            nftables,
            Set.copyOf(variants),
            legacy != '-',
            legacy == 'u',
            legacy == '?' ? "not permitted" : "");
    var choice = FirewallChoice.of(wanted, host);
    assertEquals(kind, choice.kind());
    assertEquals(fix.isEmpty(), choice.problems().isEmpty(), choice.problems().toString());
    assertEquals(
        !fix.isEmpty(),
        choice.problems().stream().anyMatch(p -> p.contains(fix)) && !fix.isEmpty());
  }
}
