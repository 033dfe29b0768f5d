package dev.weft.agent.report;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;

/**
 * A WireGuard device of this node, as others have to call it.
 *
 * @param id among the devices of the node
 * @param publicKey of its private key
 * @param listenPort UDP port
 */
public record OwnDevice(DeviceId id, PublicKey publicKey, int listenPort) {}
