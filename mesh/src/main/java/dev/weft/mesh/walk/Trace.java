package dev.weft.mesh.walk;

import java.util.List;

/**
 * A walk with how each node on the way sent the packet on.
 *
 * @param outcome how it ended
 * @param crossings one per node that found a route, first to last
 */
public record Trace(Outcome outcome, List<Crossing> crossings) {
  /**
   * How a node sent it on.
   *
   * @param node name of the Node
   * @param rule that chose the table; short
   * @param route that was taken; short
   * @param link outgoing link
   * @param tunnel whether that is a WireGuard device
   */
  public record Crossing(String node, String rule, String route, String link, boolean tunnel) {}

  public Trace {
    crossings = List.copyOf(crossings);
  }
}
