package dev.weft.mesh.desired;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.util.Optional;

/**
 * A next-hop object (ip-nexthop(8)).
 *
 * @param id unsigned 32 bits
 * @param family of the routes that use it
 * @param gateway one address, reached on-link; or none: the device alone
 * @param link outgoing link
 */
public record DesiredNextHop(long id, Family family, Optional<IpAddress> gateway, String link) {}
