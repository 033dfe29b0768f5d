package dev.weft.mesh.trial;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where peers without a configured endpoint called from at last. WireGuard learns it from their
 * handshakes and forgets it with the device; a device that is made anew gets it back, so that it
 * calls them at once instead of waiting until they call. A value: every look at the kernel makes a
 * new one.
 *
 * @param endpoints by peer; each was seen with a handshake
 */
public record LearntEndpoints(Map<PeerId, Endpoint> endpoints) {
  /** Nothing was learnt. */
  public static final LearntEndpoints NONE = new LearntEndpoints(Map.of());

  public LearntEndpoints {
    endpoints = Map.copyOf(endpoints);
  }

  /** What is known after a look at the kernel, of peers that are wanted and have no endpoint. */
  public LearntEndpoints after(DesiredState desired, List<SeenDevice> seen) {
    var there = peers(seen);
    var next = new HashMap<PeerId, Endpoint>();
    for (var device : desired.devices()) {
      for (var peer : device.peers()) {
        if (peer.endpoints().isEmpty()) {
          var id = device.idOf(peer);
          var found = there.get(id);
          var endpoint =
              found != null && found.lastHandshakeEpochSecond() > 0 && found.endpoint().isPresent()
                  ? found.endpoint().get()
                  : endpoints.get(id);
          if (endpoint != null) {
            next.put(id, endpoint);
          }
        }
      }
    }
    return new LearntEndpoints(next);
  }

  /**
   * The same state, in which peers that the kernel does not have, or has without an endpoint, are
   * called where they were last. A peer with a configured endpoint stays as it is.
   */
  public DesiredState restored(DesiredState desired, List<SeenDevice> seen) {
    if (endpoints.isEmpty()) {
      return desired;
    }
    var there = peers(seen);
    boolean changed = false;
    var devices = new ArrayList<DesiredDevice>();
    for (var device : desired.devices()) {
      var peers = new ArrayList<DesiredPeer>(device.peers().size());
      for (var peer : device.peers()) {
        var id = device.idOf(peer);
        var learnt = endpoints.get(id);
        var found = there.get(id);
        boolean isLost = found == null || found.endpoint().isEmpty();
        if (learnt != null && isLost && peer.endpoints().isEmpty()) {
          changed = true;
          peers.add(called(peer, learnt));
        } else {
          peers.add(peer);
        }
      }
      devices.add(device.withPeers(peers));
    }
    return changed ? desired.withDevices(devices) : desired;
  }

  private static DesiredPeer called(DesiredPeer peer, Endpoint endpoint) {
    return new DesiredPeer(
        peer.publicKey(),
        List.of(endpoint),
        peer.allowedIPs(),
        peer.persistentKeepaliveSeconds(),
        peer.presharedKey());
  }

  /** Those of peers with one of these keys. */
  public LearntEndpoints of(Set<PublicKey> keys) {
    var some = new HashMap<>(endpoints);
    some.keySet().removeIf(id -> !keys.contains(id.publicKey()));
    return new LearntEndpoints(some);
  }

  private static Map<PeerId, SeenPeer> peers(List<SeenDevice> seen) {
    var peers = new HashMap<PeerId, SeenPeer>();
    seen.forEach(d -> d.peers().forEach(p -> peers.put(new PeerId(d.name(), p.publicKey()), p)));
    return peers;
  }
}
