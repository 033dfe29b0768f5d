package dev.weft.mesh.desired;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * A policy rule of ours (ip-rule(8)). All conditions must hold.
 *
 * @param family of the packets
 * @param priority 0 to 32765
 * @param not whether the conditions are inverted as a whole
 * @param from source; empty: any
 * @param to destination; empty: any
 * @param iif incoming link; empty: any
 * @param mark value of the masked firewall mark; with mask 0 not compared
 * @param mask bits of the mark compared
 * @param tcpDestinationPort 0: any protocol and port
 * @param table where to look
 * @param suppressPrefixLength ignore routes of that length or shorter; empty: none
 */
public record DesiredRule(
    Family family,
    int priority,
    boolean not,
    Optional<Prefix> from,
    Optional<Prefix> to,
    String iif,
    long mark,
    long mask,
    int tcpDestinationPort,
    int table,
    Optional<Integer> suppressPrefixLength) {}
