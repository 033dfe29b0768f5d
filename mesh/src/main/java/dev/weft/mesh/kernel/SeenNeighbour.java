package dev.weft.mesh.kernel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;

/**
 * A neighbour as read (RTM_NEWNEIGH).
 *
 * @param linkIndex the link that it is on
 * @param address its address
 * @param mac its link address
 */
public record SeenNeighbour(int linkIndex, IpAddress address, MacAddress mac) {}
