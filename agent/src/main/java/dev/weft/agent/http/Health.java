package dev.weft.agent.http;

/**
 * An answer to a probe.
 *
 * @param good 200 or 503
 * @param text one line that says why
 */
public record Health(boolean good, String text) {}
