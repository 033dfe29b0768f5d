/**
 * The loop that makes the kernel what the view wants: observe, plan, diff, apply, report. One
 * thread does it all; others only wake it.
 */
@NullMarked
package dev.weft.agent.reconcile;

import org.jspecify.annotations.NullMarked;
