package dev.weft.agent.probe;

/**
 * What probes have found of a tunnel.
 *
 * @param name of the node at its other end
 * @param deviceMtu bytes that the device carries
 * @param pathMtu bytes of the inner packet that arrive; the device's where nothing else is known
 * @param roundTripNanos of the last answered probe; 0: none was answered yet
 * @param sent probes since the tunnel is known
 * @param lost of these, not answered within a second
 * @param pulse whether the node at its other end is there
 */
public record Tunnel(
    String name,
    int deviceMtu,
    int pathMtu,
    long roundTripNanos,
    long sent,
    long lost,
    Pulse pulse) {
  /** Whether the path carries less than the device. */
  public boolean isNarrow() {
    return pathMtu < deviceMtu;
  }
}
