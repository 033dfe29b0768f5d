package dev.weft.e2e.capture;

import java.time.Instant;

/**
 * A packet that may not be there.
 *
 * @param reason what it is, and between whom
 */
public record Violation(Instant time, String reason) {}
