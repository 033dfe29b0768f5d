package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;

/**
 * An entry of a VXLAN link's forwarding database (bridge(8), {@code fdb}): which node has a link
 * address.
 *
 * @param link VXLAN link
 * @param mac of the VXLAN link at the other end
 * @param to underlay address of the other end; of the family of the link's own
 */
public record TunnelForwarding(String link, MacAddress mac, IpAddress to) {}
