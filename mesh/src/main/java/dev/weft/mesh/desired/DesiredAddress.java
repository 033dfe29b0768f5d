package dev.weft.mesh.desired;

import dev.weft.mesh.net.InterfaceAddress;

/**
 * An address on a link of ours, without a prefix route.
 *
 * @param link link name
 * @param address /32 or /128
 */
public record DesiredAddress(String link, InterfaceAddress address) {}
