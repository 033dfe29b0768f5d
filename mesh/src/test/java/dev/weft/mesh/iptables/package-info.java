/** Golden text of the packet filter by iptables. */
@NullMarked
package dev.weft.mesh.iptables;

import org.jspecify.annotations.NullMarked;
