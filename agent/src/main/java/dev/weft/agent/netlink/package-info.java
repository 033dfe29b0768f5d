/**
 * Netlink messages (netlink(7)): how they are built and taken apart, and the conversation with the
 * kernel. All but {@link dev.weft.agent.netlink.NetlinkSocket} is pure.
 */
@NullMarked
package dev.weft.agent.netlink;

import org.jspecify.annotations.NullMarked;
