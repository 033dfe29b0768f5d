/**
 * Encapsulation inside a location, as wanted of one node's kernel: links, who is behind them, and
 * whose packets are taken. Pure.
 */
@NullMarked
package dev.weft.mesh.tunnel;

import org.jspecify.annotations.NullMarked;
