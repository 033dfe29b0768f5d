package dev.weft.mesh.snapshot;

/**
 * An entry of Node.status.addresses.
 *
 * @param type InternalIP, ExternalIP; others are ignored
 * @param address IP address
 */
public record NodeAddress(String type, String address) {}
