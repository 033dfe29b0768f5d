/** Tests of the packet filter by iptables, pure and in a real kernel. */
@NullMarked
package dev.weft.agent.iptables;

import org.jspecify.annotations.NullMarked;
