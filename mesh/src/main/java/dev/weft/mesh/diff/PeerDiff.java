package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * WireGuard peers, one at a time: what isn't named stays, so sessions and learnt endpoints live on.
 */
final class PeerDiff {
  /** REJECT_AFTER_TIME: a session older than that carries nothing any more. */
  private static final long STALE_SECONDS = 180;

  /** So many are compared faster one by one than by their hash codes. */
  private static final int FEW = 8;

  private PeerDiff() {}

  static void diff(
      DesiredState desired, KernelSnapshot seen, List<Change> add, List<Change> remove) {
    Map<String, SeenDevice> devices = new HashMap<>();
    seen.devices().forEach(d -> devices.put(d.name(), d));
    for (var device : desired.devices()) {
      var known = devices.get(device.name());
      device(device, known == null ? List.of() : known.peers(), seen.nowEpochSecond(), add, remove);
    }
  }

  private static void device(
      DesiredDevice device, List<SeenPeer> seen, long now, List<Change> add, List<Change> remove) {
    Map<PublicKey, SeenPeer> known = HashMap.newHashMap(seen.size());
    seen.forEach(p -> known.put(p.publicKey(), p));
    Set<PublicKey> wanted = HashSet.newHashSet(device.peers().size());
    for (var peer : device.peers()) {
      wanted.add(peer.publicKey());
    }
    Set<Prefix> wantedSomewhere = new HashSet<>(); // filled when it is asked for
    for (var peer : device.peers()) {
      var now0 = known.get(peer.publicKey());
      if (now0 == null) {
        add.add(
            new Change.SetPeer(
                device.name(),
                peer.publicKey(),
                true,
                peer.endpoints().stream().findFirst(),
                peer.allowedIPs(),
                Optional.of(peer.persistentKeepaliveSeconds()),
                Optional.of(peer.presharedKey()).filter(k -> !k.equals(PresharedKey.NONE))));
      } else {
        change(device, peer, now0, now, wantedSomewhere, add, remove);
      }
    }
    seen.stream()
        .map(SeenPeer::publicKey)
        .filter(k -> !wanted.contains(k))
        .forEach(k -> remove.add(new Change.RemovePeer(device.name(), k)));
  }

  private static void change(
      DesiredDevice device,
      DesiredPeer wanted,
      SeenPeer seen,
      long now,
      Set<Prefix> wantedSomewhere,
      List<Change> add,
      List<Change> remove) {
    var missing = without(wanted.allowedIPs(), seen.allowedIPs());
    var surplus = without(seen.allowedIPs(), wanted.allowedIPs());
    if (!surplus.isEmpty()) {
      if (wantedSomewhere.isEmpty()) {
        device.peers().forEach(p -> wantedSomewhere.addAll(p.allowedIPs()));
      }
      surplus = without(surplus, wantedSomewhere); // moves by being added elsewhere
    }
    boolean sameKeepalive =
        wanted.persistentKeepaliveSeconds() == seen.persistentKeepaliveSeconds();
    boolean sameKey = wanted.presharedKey().equals(seen.presharedKey());
    var endpoint = endpoint(wanted, seen, now);
    if (!missing.isEmpty() || !sameKeepalive || !sameKey || !endpoint.isEmpty()) {
      add.add(
          new Change.SetPeer(
              device.name(),
              wanted.publicKey(),
              false,
              endpoint,
              missing,
              sameKeepalive ? Optional.empty() : Optional.of(wanted.persistentKeepaliveSeconds()),
              sameKey ? Optional.empty() : Optional.of(wanted.presharedKey())));
    }
    if (!surplus.isEmpty()) {
      remove.add(new Change.RemoveAllowedIPs(device.name(), wanted.publicKey(), surplus));
    }
  }

  /** Those of a list that aren't among others; most often none, and then nothing is made. */
  private static List<Prefix> without(List<Prefix> prefixes, Collection<Prefix> others) {
    Collection<Prefix> searched =
        others instanceof List && others.size() > FEW ? new HashSet<>(others) : others;
    return searched.containsAll(prefixes)
        ? List.of()
        : prefixes.stream().filter(p -> !searched.contains(p)).toList();
  }

  /** Written only where WireGuard has none, or what it has learnt leads nowhere any more. */
  private static Optional<Endpoint> endpoint(DesiredPeer wanted, SeenPeer seen, long now) {
    if (wanted.endpoints().isEmpty()) {
      return Optional.empty();
    }
    boolean stale = now - seen.lastHandshakeEpochSecond() > STALE_SECONDS;
    var first = wanted.endpoints().getFirst();
    boolean write = seen.endpoint().isEmpty() || (stale && !seen.endpoint().get().equals(first));
    return write ? Optional.of(first) : Optional.empty();
  }
}
