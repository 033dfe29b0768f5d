/** From caches and clocks to a {@code ClusterSnapshot}. */
@NullMarked
package dev.weft.operator.observe;

import org.jspecify.annotations.NullMarked;
