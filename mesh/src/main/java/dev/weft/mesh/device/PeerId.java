package dev.weft.mesh.device;

import dev.weft.mesh.key.PublicKey;

/**
 * Identity of a WireGuard peer in a kernel: the same key may be a peer of several devices, with
 * another endpoint, path and counters in each.
 *
 * @param device link name of the device that has the peer
 * @param publicKey of the peer
 */
public record PeerId(String device, PublicKey publicKey) {}
