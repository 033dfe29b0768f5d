package dev.weft.mesh.kernel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.Optional;

/**
 * What is particular to an encapsulating link as read (IFLA_LINKINFO).
 *
 * @param name link name
 * @param kind {@code vxlan}, {@code ipip}, or another kind that has one of our names
 * @param mac link address; none of {@code ipip}
 * @param local source address of the outer packets; empty: none
 * @param vni of VXLAN; 0: none
 * @param port of VXLAN; 0: none
 * @param learning whether VXLAN learns from what it receives
 * @param mark of IPIP's outer packets; 0: none
 */
public record SeenTunnel(
    String name,
    String kind,
    Optional<MacAddress> mac,
    Optional<IpAddress> local,
    int vni,
    int port,
    boolean learning,
    long mark) {}
