package dev.weft.mesh.desired;

/**
 * Per-device IPv4 settings of a link of ours or of the underlay, set by RTM_SETLINK with
 * IFLA_INET_CONF.
 *
 * @param link link name
 * @param forwarding 0, 1; -1: leave
 * @param rpFilter 0, 1, 2 (loose); -1: leave
 * @param srcValidMark 0, 1; -1: leave
 */
public record LinkSettings(String link, int forwarding, int rpFilter, int srcValidMark) {}
