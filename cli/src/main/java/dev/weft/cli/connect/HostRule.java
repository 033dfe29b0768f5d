package dev.weft.cli.connect;

import dev.weft.mesh.net.Family;

/**
 * A rule of a connection, in ip-rule(8)'s words.
 *
 * @param family of the packets
 * @param words priority, selector and action
 */
record HostRule(Family family, String words) {}
