package dev.weft.agent.probe;

import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;

/**
 * A tunnel to probe.
 *
 * @param peer WireGuard peer at its other end, and the device that has it
 * @param name of the node at its other end
 * @param own mesh address of this node, of the same family
 * @param address mesh address of the other
 * @param deviceMtu bytes that the device carries
 * @param isWatched whether it is to be known within seconds that the other is not there
 * @param pace of the pulse, if it is watched
 * @param isNear whether it is a gateway of the own location, which is asked what it reaches
 */
public record Target(
    PeerId peer,
    String name,
    IpAddress own,
    IpAddress address,
    int deviceMtu,
    boolean isWatched,
    Pace pace,
    boolean isNear) {
  /** RFC 791 and RFC 8200: what every link carries. */
  int floor() {
    return address.family() == Family.IPV4 ? 576 : 1280;
  }

  /** Bytes of the IP and UDP headers. */
  int headers() {
    return address.family() == Family.IPV4 ? 28 : 48;
  }
}
