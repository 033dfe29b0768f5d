package dev.weft.mesh.view;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import java.util.List;

/**
 * A WireGuard device of a node, as others reach it.
 *
 * @param lane from 0
 * @param generation counts key changes
 * @param publicKey vetted by the operator
 * @param listenPort UDP port
 * @param endpoints candidates for other locations, best first; empty: behind NAT
 */
public record MeshDevice(
    int lane, int generation, PublicKey publicKey, int listenPort, List<Endpoint> endpoints) {
  public MeshDevice {
    endpoints = List.copyOf(endpoints);
  }
}
