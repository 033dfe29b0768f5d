package dev.weft.agent.metrics;

import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How often the endpoint of each peer became another between two looks. Forgets peers that are
 * gone. One thread.
 */
public final class EndpointChanges {
  private final Map<PublicKey, Endpoint> last = new HashMap<>();
  private final Map<PublicKey, Long> counts = new HashMap<>();

  /** Looks at the devices once more. */
  public Map<PublicKey, Long> seen(List<SeenDevice> devices) {
    var there = new HashSet<PublicKey>();
    for (var device : devices) {
      for (var peer : device.peers()) {
        there.add(peer.publicKey());
        peer.endpoint().forEach(endpoint -> take(peer.publicKey(), endpoint));
      }
    }
    last.keySet().retainAll(there);
    counts.keySet().retainAll(there);
    return Map.copyOf(counts);
  }

  private void take(PublicKey peer, Endpoint endpoint) {
    var before = last.put(peer, endpoint);
    if (before != null && !before.equals(endpoint)) {
      counts.merge(peer, 1L, Long::sum);
    }
  }
}
