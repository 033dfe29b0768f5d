/**
 * The packet filter through libnftables' JSON (libnftables-json(5)): one table {@code inet weft},
 * written in one transaction, and one tagged jump in each foreign base chain that would drop the
 * mesh's traffic. All but {@link dev.weft.agent.nftables.Firewall} and {@link
 * dev.weft.agent.nftables.Nftables} is pure.
 */
@NullMarked
package dev.weft.agent.nftables;

import org.jspecify.annotations.NullMarked;
