package dev.weft.agent.nftables;

import java.util.Set;

/** Which foreign base chains are meant. */
public enum Reach {
  /** None. */
  NONE,
  /** Those that iptables(8) of the nft kind doesn't manage. */
  OUTSIDE_IPTABLES,
  /** All. */
  ALL;

  private static final Set<String> IPTABLES_FAMILIES = Set.of("ip", "ip6");

  boolean contains(ForeignChain chain) {
    return switch (this) {
      case NONE -> false;
      case OUTSIDE_IPTABLES ->
          !(IPTABLES_FAMILIES.contains(chain.family()) && chain.table().equals("filter"));
      case ALL -> true;
    };
  }
}
