/** Tests of the packet filter. */
@NullMarked
package dev.weft.agent.nftables;

import org.jspecify.annotations.NullMarked;
