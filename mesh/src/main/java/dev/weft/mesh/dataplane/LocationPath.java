package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.tunnel.DesiredTunnel;

/** How packets get from one node to another of its location, without WireGuard. */
sealed interface LocationPath {
  /** On the link itself. */
  record Direct(IpAddress gateway, String link) implements LocationPath {}

  /** Inside packets between the two nodes' underlay addresses. */
  record Encapsulated(IpAddress gateway, DesiredTunnel tunnel) implements LocationPath {}

  /** By the network between the two, which carries every address: table main knows the way. */
  record Routed() implements LocationPath {}

  /**
   * Not at all.
   *
   * @param field what would have to be changed
   * @param reason CamelCase
   * @param message cause and fix
   */
  record Missing(String field, String reason, String message) implements LocationPath {}
}
