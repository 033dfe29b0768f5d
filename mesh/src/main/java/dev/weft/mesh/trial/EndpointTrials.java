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

/**
 * Which candidate of each peer that has several is called. A candidate that answers is kept as long
 * as it answers, and called first after a silence; one that doesn't, though it was called, gives
 * way to the next. A value: every look at the kernel makes a new one.
 */
public final class EndpointTrials {
  /** Before the first look. */
  public static final EndpointTrials NONE = new EndpointTrials(Map.of());

  private final Map<PeerId, Trial> trials;

  private EndpointTrials(Map<PeerId, Trial> trials) {
    this.trials = trials;
  }

  /**
   * What follows from a look at the kernel.
   *
   * @param next to be given the next look
   * @param desired the same state, with the candidate to call in front
   * @param undecided whether a candidate is being called and may give way soon
   */
  public record Step(EndpointTrials next, DesiredState desired, boolean undecided) {}

  /** One look. */
  public Step advance(DesiredState desired, List<SeenDevice> seen, long nowEpochSecond) {
    Map<PeerId, Trial> next = new HashMap<>();
    var devices = new ArrayList<DesiredDevice>();
    boolean undecided = false;
    boolean changed = false;
    for (var device : desired.devices()) {
      var known = peers(seen, device.name());
      var peers = new ArrayList<DesiredPeer>(device.peers().size());
      for (var peer : device.peers()) {
        if (peer.endpoints().size() < 2) {
          peers.add(peer);
          continue;
        }
        var id = device.idOf(peer);
        var before = trials.get(id);
        var there = known.get(peer.publicKey());
        var trial =
            there == null
                ? Trial.fresh(peer, before)
                : Trial.after(peer, there, before, nowEpochSecond);
        next.put(id, trial);
        undecided |= there != null && trial.isCalling(there);
        var chosen = inFront(peer, trial.current());
        changed |= !chosen.equals(peer);
        peers.add(chosen);
      }
      devices.add(device.withPeers(peers));
    }
    return new Step(
        new EndpointTrials(Map.copyOf(next)),
        changed ? desired.withDevices(devices) : desired,
        undecided);
  }

  private static Map<PublicKey, SeenPeer> peers(List<SeenDevice> seen, String device) {
    Map<PublicKey, SeenPeer> peers = new HashMap<>();
    seen.stream()
        .filter(d -> d.name().equals(device))
        .forEach(d -> d.peers().forEach(p -> peers.put(p.publicKey(), p)));
    return peers;
  }

  private static DesiredPeer inFront(DesiredPeer peer, Endpoint first) {
    if (peer.endpoints().getFirst().equals(first)) {
      return peer;
    }
    var endpoints = new ArrayList<>(List.of(first));
    peer.endpoints().stream().filter(e -> !e.equals(first)).forEach(endpoints::add);
    // The one in front is called: which of the others are of last resort is of no account any more.
    return new DesiredPeer(
        peer.publicKey(),
        endpoints,
        peer.allowedIPs(),
        peer.persistentKeepaliveSeconds(),
        peer.presharedKey());
  }
}
