/**
 * Benchmarks: what the agent's kernel side and the planners cost, beside the kernel's own tools on
 * the same kernel in the same run. Not pure.
 */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
