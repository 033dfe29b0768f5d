/**
 * The control plane: cluster snapshot in, plan out. I/O only; every decision is made in {@code
 * dev.weft.mesh}.
 */
@NullMarked
package dev.weft.operator;

import org.jspecify.annotations.NullMarked;
