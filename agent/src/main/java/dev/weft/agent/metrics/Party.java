package dev.weft.agent.metrics;

/**
 * Who is at the other end of a tunnel, by name.
 *
 * @param kind {@code Node} or {@code Peer}
 * @param name of the object
 */
public record Party(String kind, String name) {}
