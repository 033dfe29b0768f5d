package dev.weft.agent.metrics;

import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.net.Endpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How often the endpoint of each peer of each device became another between two looks. Forgets
 * peers that are gone. One thread.
 */
public final class EndpointChanges {
  private final Map<PeerId, Endpoint> last = new HashMap<>();
  private final Map<PeerId, Long> counts = new HashMap<>();

  /** Looks at the devices once more. */
  public Map<PeerId, Long> seen(List<SeenDevice> devices) {
    var there = new HashSet<PeerId>();
    for (var device : devices) {
      for (var peer : device.peers()) {
        var id = new PeerId(device.name(), peer.publicKey());
        there.add(id);
        peer.endpoint().ifPresent(endpoint -> take(id, endpoint));
      }
    }
    last.keySet().retainAll(there);
    counts.keySet().retainAll(there);
    return Map.copyOf(counts);
  }

  private void take(PeerId peer, Endpoint endpoint) {
    var before = last.put(peer, endpoint);
    if (before != null && !before.equals(endpoint)) {
      counts.merge(peer, 1L, Long::sum);
    }
  }
}
