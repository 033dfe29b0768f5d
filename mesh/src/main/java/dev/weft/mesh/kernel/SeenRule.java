package dev.weft.mesh.kernel;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * A policy rule as read (RTM_NEWRULE).
 *
 * @param family of the packets
 * @param priority FRA_PRIORITY
 * @param protocol FRA_PROTOCOL
 * @param not FIB_RULE_INVERT
 * @param from source; empty: any
 * @param to destination; empty: any
 * @param iif incoming link; empty: any
 * @param mark FRA_FWMARK
 * @param mask FRA_FWMASK
 * @param tcpDestinationPort 0: any
 * @param table where to look
 * @param suppressPrefixLength empty: none
 */
public record SeenRule(
    Family family,
    int priority,
    int protocol,
    boolean not,
    Optional<Prefix> from,
    Optional<Prefix> to,
    String iif,
    long mark,
    long mask,
    int tcpDestinationPort,
    int table,
    Optional<Integer> suppressPrefixLength) {}
