/**
 * From a plan to the API server: only what differs is written. What to write is computed by pure
 * functions, writing is the {@code Publisher}'s.
 */
@NullMarked
package dev.weft.operator.publish;

import org.jspecify.annotations.NullMarked;
