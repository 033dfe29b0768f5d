package dev.weft.agent.firewall;

import dev.weft.agent.iptables.Variant;
import dev.weft.api.v1alpha1.FirewallBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What programs the packet filter. Pure.
 *
 * @param kind what was chosen
 * @param problems what is wrong about it, one line each with the fix; empty: nothing
 */
public record FirewallChoice(Kind kind, List<String> problems) {
  /** Ways to program it. */
  public enum Kind {
    NFTABLES,
    IPTABLES_NFT,
    IPTABLES_LEGACY;

    /** As the API names it. */
    public FirewallBackend backend() {
      return this == NFTABLES ? FirewallBackend.NFTABLES : FirewallBackend.IPTABLES;
    }

    static Kind of(Variant variant) {
      return switch (variant) {
        case NFT -> IPTABLES_NFT;
        case LEGACY -> IPTABLES_LEGACY;
      };
    }
  }

  public FirewallChoice {
    problems = List.copyOf(problems);
  }

  /** The same with more that is wrong. */
  FirewallChoice with(List<String> more) {
    return new FirewallChoice(
        kind, Stream.concat(problems.stream(), more.stream()).distinct().toList());
  }

  /**
   * Chooses. {@code Auto} is nftables, which needs no other program, but where others filter by
   * iptables-legacy: nftables can't see, nor let us pass, what they drop.
   */
  static FirewallChoice of(FirewallBackend wanted, HostFirewall host) {
    var problems = new ArrayList<String>();
    boolean legacy = host.legacyInUse() && host.tools().contains(Variant.LEGACY);
    var kind =
        switch (wanted) {
          case AUTO -> legacy ? Kind.IPTABLES_LEGACY : preferred(host);
          case NFTABLES -> {
            if (!host.nftables()) {
              problems.add(
                  "spec.firewall is NFTables, but libnftables.so.1 or the kernel's nf_tables is"
                      + " missing: iptables is used; install Debian's libnftables1, run modprobe"
                      + " nf_tables, or set spec.firewall to Auto");
            }
            yield preferred(host);
          }
          case IPTABLES -> {
            if (host.tools().isEmpty()) {
              problems.add(
                  "spec.firewall is IPTables, but there is no iptables that this kernel can do:"
                      + " nftables is used; install Debian's iptables, or set spec.firewall to"
                      + " Auto");
              yield Kind.NFTABLES;
            }
            boolean nft = host.tools().contains(Variant.NFT) && !legacy;
            yield nft ? Kind.IPTABLES_NFT : Kind.of(Variant.LEGACY);
          }
        };
    if (host.legacyTables() && kind != Kind.IPTABLES_LEGACY) {
      legacyProblem(wanted, host, problems);
    }
    return new FirewallChoice(kind, problems);
  }

  private static Kind preferred(HostFirewall host) {
    if (host.nftables()) {
      return Kind.NFTABLES;
    }
    return host.tools().contains(Variant.NFT) ? Kind.IPTABLES_NFT : Kind.IPTABLES_LEGACY;
  }

  private static void legacyProblem(
      FirewallBackend wanted, HostFirewall host, List<String> problems) {
    if (host.legacyInUse() && wanted == FirewallBackend.NFTABLES) {
      problems.add(
          "this host filters by iptables-legacy, whose policies nftables can't see: what they drop"
              + " stays dropped; set spec.firewall to Auto, or move the host to iptables-nft");
    } else if (!host.legacyTrouble().isEmpty()) {
      problems.add(
          "tables of iptables-legacy exist, but can't be read (%s), so what they drop stays dropped; give the agent CAP_NET_RAW and the host's iptables-legacy, or move the host to iptables-nft (update-alternatives --set iptables /usr/sbin/iptables-nft)"
              .formatted(host.legacyTrouble()));
    }
  }
}
