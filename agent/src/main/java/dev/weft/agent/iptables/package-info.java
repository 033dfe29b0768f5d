/**
 * The packet filter through {@code iptables-save} and {@code iptables-restore --noflush}: own
 * chains, written in one call per family, and one tagged jump in each built-in chain. All but
 * {@link dev.weft.agent.iptables.Iptables} and {@link dev.weft.agent.iptables.IptablesTool} is
 * pure.
 */
@NullMarked
package dev.weft.agent.iptables;

import org.jspecify.annotations.NullMarked;
