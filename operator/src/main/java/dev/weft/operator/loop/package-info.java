/** When to plan: bursts become one plan, time-outs wake it. */
@NullMarked
package dev.weft.operator.loop;

import org.jspecify.annotations.NullMarked;
