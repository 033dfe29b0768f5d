/**
 * The packet filter as iptables(8) and ip6tables(8) have it: own chains by table, in the form that
 * {@code iptables-save} prints. Pure.
 */
@NullMarked
package dev.weft.mesh.iptables;

import org.jspecify.annotations.NullMarked;
