package dev.weft.agent.reconcile;

import java.time.Duration;

/**
 * How long to rest after a pass.
 *
 * @param latest the next pass comes by itself then
 * @param earliest gentle wakes wait until then, so that a refused change that itself makes a kernel
 *     event can't spin
 */
public record Pause(Duration latest, Duration earliest) {}
