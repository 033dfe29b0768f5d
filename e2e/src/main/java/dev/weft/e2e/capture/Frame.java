package dev.weft.e2e.capture;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One captured Ethernet frame.
 *
 * @param bytes what was captured of it, big-endian; may be less than what was sent
 */
public record Frame(Instant time, ByteBuffer bytes) {}
