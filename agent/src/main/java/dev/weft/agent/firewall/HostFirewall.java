package dev.weft.agent.firewall;

import dev.weft.agent.iptables.Variant;
import java.util.Set;

/**
 * What a host can filter by, and what it does filter by.
 *
 * @param nftables whether libnftables is there and the kernel has nf_tables
 * @param tools kinds of iptables whose programs are there, and which the kernel can do
 * @param legacyTables whether tables of iptables-legacy exist
 * @param legacyInUse whether others have rules in them
 * @param legacyTrouble why that is not known; empty: it is
 */
record HostFirewall(
    boolean nftables,
    Set<Variant> tools,
    boolean legacyTables,
    boolean legacyInUse,
    String legacyTrouble) {
  HostFirewall {
    tools = Set.copyOf(tools);
  }
}
