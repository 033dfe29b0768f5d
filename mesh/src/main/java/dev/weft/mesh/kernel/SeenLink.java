package dev.weft.mesh.kernel;

import dev.weft.mesh.net.InterfaceAddress;
import java.util.List;

/**
 * A link as read (RTM_NEWLINK).
 *
 * @param index interface index
 * @param name link name
 * @param kind {@code wireguard}, {@code tun}, {@code bridge}, {@code vxlan} …; empty for hardware
 * @param mtu bytes
 * @param up IFF_UP
 * @param addresses both families, without link-local IPv6
 * @param forwarding IPv4 per-device; -1: not read
 * @param rpFilter IPv4 per-device; -1: not read
 * @param srcValidMark IPv4 per-device; -1: not read
 */
public record SeenLink(
    int index,
    String name,
    String kind,
    int mtu,
    boolean up,
    List<InterfaceAddress> addresses,
    int forwarding,
    int rpFilter,
    int srcValidMark) {
  public SeenLink {
    addresses = List.copyOf(addresses);
  }
}
