/** Tests of the netlink codec, and messages as a kernel sent them. */
@NullMarked
package dev.weft.agent.netlink;

import org.jspecify.annotations.NullMarked;
