package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What programs the packet filter. */
public enum FirewallBackend {
  /** What the host uses. */
  @JsonProperty("Auto")
  AUTO,
  /** nftables. */
  @JsonProperty("NFTables")
  NFTABLES,
  /** iptables. */
  @JsonProperty("IPTables")
  IPTABLES
}
