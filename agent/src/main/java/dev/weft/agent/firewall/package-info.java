/**
 * Which packet filter programs this node (nftables, or iptables of either kind), and the way from
 * one to another without a gap. {@link dev.weft.agent.firewall.FirewallChoice} is pure.
 */
@NullMarked
package dev.weft.agent.firewall;

import org.jspecify.annotations.NullMarked;
