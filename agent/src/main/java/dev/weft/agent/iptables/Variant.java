package dev.weft.agent.iptables;

/** What iptables(8) programs. */
public enum Variant {
  /** nf_tables: {@code iptables-nft}. */
  NFT("nft", "nf_tables"),
  /** ip_tables, ip6_tables: {@code iptables-legacy}. Needs CAP_NET_RAW beside CAP_NET_ADMIN. */
  LEGACY("legacy", "legacy");

  private final String suffix;
  private final String versionText;

  Variant(String suffix, String versionText) {
    this.suffix = suffix;
    this.versionText = versionText;
  }

  /** The command of that kind alone, such as {@code ip6tables-legacy}. */
  String command(String base) {
    return base + "-" + suffix;
  }

  /** Whether {@code iptables --version} says that it is of this kind; old ones say nothing. */
  boolean isNamedIn(String version) {
    return version.contains("(" + versionText + ")") || (this == LEGACY && !version.contains("("));
  }
}
