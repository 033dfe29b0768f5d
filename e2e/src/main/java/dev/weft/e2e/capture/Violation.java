package dev.weft.e2e.capture;

import java.time.Instant;

/**
 * A packet that may not be there.
 *
 * @param reason what it is, and between which ends
 */
public record Violation(Instant time, String reason) {}
