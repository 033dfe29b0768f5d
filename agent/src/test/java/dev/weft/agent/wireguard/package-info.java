/** Tests of WireGuard devices: one contract, two implementations. */
@NullMarked
package dev.weft.agent.wireguard;

import org.jspecify.annotations.NullMarked;
