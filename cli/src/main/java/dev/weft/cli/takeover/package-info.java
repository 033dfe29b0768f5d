/**
 * {@code weft takeover kilo}: a Kilo cluster becomes a Weft mesh, node by node. What is found, and
 * what becomes of it, are values ({@link dev.weft.cli.takeover.KiloCluster}, {@link
 * dev.weft.cli.takeover.KiloSettings}, {@link dev.weft.cli.takeover.Successor}); the rest is I/O.
 */
@NullMarked
package dev.weft.cli.takeover;

import org.jspecify.annotations.NullMarked;
