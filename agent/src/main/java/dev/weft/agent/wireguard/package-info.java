/**
 * WireGuard devices: what both implementations do alike, and the kernel's by generic netlink. All
 * but {@link dev.weft.agent.wireguard.KernelWireGuard} is pure.
 */
@NullMarked
package dev.weft.agent.wireguard;

import org.jspecify.annotations.NullMarked;
