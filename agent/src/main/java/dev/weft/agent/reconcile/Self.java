package dev.weft.agent.reconcile;

import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.view.AcceptedView;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.topology.Lanes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * Who this agent is; never changes while it runs, but that keys of further lanes are added.
 *
 * @param nodeName name of its Node
 * @param keys of each of its WireGuard devices
 * @param apiServer where it reaches the API server
 * @param service the Service {@code kubernetes}, by which others on the host do
 * @param kernelRelease {@code uname -r}
 * @param version of the agent
 */
public record Self(
    String nodeName,
    DeviceKeys keys,
    ApiServerAddress apiServer,
    Optional<Endpoint> service,
    String kernelRelease,
    String version) {
  /**
   * The keys of the node's devices, with one for each lane that a node of the mesh may need, before
   * the lane is planned.
   */
  Map<DeviceId, KeyPair> keysFor(Optional<AcceptedView> view) {
    try {
      return keys.upTo(view.map(v -> Lanes.highestOrdinal(v.view())).orElse(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
