package dev.weft.cli.connect;

import dev.weft.mesh.net.Prefix;

/**
 * A route of a connection.
 *
 * @param destination prefix
 * @param table routing table
 * @param isThrow whether the lookup goes on with the next rule, for the host knows a closer way
 */
record HostRoute(Prefix destination, int table, boolean isThrow) {}
