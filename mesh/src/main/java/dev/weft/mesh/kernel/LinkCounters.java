package dev.weft.mesh.kernel;

/**
 * What a link has carried since it was made (IFLA_STATS64).
 *
 * @param receivedPackets those that the host received by it
 * @param sentPackets those that the host sent by it
 */
public record LinkCounters(long receivedPackets, long sentPackets) {}
