package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;

/**
 * A permanent neighbour entry (ip-neighbour(8)): which link address a gateway has.
 *
 * @param link VXLAN link
 * @param gateway as routes name it
 * @param mac of the VXLAN link at the other end
 */
public record TunnelNeighbour(String link, IpAddress gateway, MacAddress mac) {}
