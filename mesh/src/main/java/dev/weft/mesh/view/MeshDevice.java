package dev.weft.mesh.view;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import java.util.List;

/**
 * A WireGuard device of a node, as others reach it.
 *
 * @param id among the devices of its node
 * @param publicKey vetted by the operator
 * @param listenPort UDP port
 * @param endpoints candidates for other locations, best first; empty: behind NAT
 * @param observedEndpoints where others see it behind its NAT, the likeliest first
 */
public record MeshDevice(
    DeviceId id,
    PublicKey publicKey,
    int listenPort,
    List<Endpoint> endpoints,
    List<Endpoint> observedEndpoints) {
  public MeshDevice {
    endpoints = List.copyOf(endpoints);
    observedEndpoints = List.copyOf(observedEndpoints);
  }
}
