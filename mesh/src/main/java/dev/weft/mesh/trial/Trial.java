package dev.weft.mesh.trial;

import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.net.Endpoint;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The candidate of one peer that is called now.
 *
 * @param current one of the candidates
 * @param winner the last with which a handshake succeeded; null: none yet
 * @param sinceEpochSecond when {@code current} was taken up; 0: the tunnel is alive
 * @param sentBytes the peer's counter at that time
 */
record Trial(Endpoint current, @Nullable Endpoint winner, long sinceEpochSecond, long sentBytes) {
  /** REJECT_AFTER_TIME: a session older than that carries nothing any more. */
  private static final long STALE_SECONDS = 180;

  /** Bytes of a handshake initiation, WireGuard paper section 5.4.2. */
  private static final int INITIATION = 148;

  /** An initiation is repeated every 5 s (REKEY_TIMEOUT): so long without an answer is a no. */
  private static final long PATIENCE_SECONDS = 8;

  /** The state of a peer that is not in the kernel yet. */
  static Trial fresh(DesiredPeer peer, @Nullable Trial before) {
    var winner = before == null ? null : before.winner();
    var start = winner != null && peer.endpoints().contains(winner) ? winner : first(peer);
    return new Trial(start, winner, 0, 0);
  }

  /** What follows from a look at the kernel. */
  static Trial after(DesiredPeer peer, SeenPeer seen, @Nullable Trial before, long now) {
    var used = seen.endpoint().stream().filter(peer.endpoints()::contains).findFirst();
    long age = now - seen.lastHandshakeEpochSecond();
    if (seen.lastHandshakeEpochSecond() > 0 && age <= STALE_SECONDS) {
      return alive(peer, used, before);
    }
    if (before == null || !peer.endpoints().contains(before.current())) {
      return new Trial(
          used.orElse(fresh(peer, before).current()),
          before == null ? null : before.winner(),
          now,
          seen.sentBytes());
    }
    boolean starts = before.sinceEpochSecond() == 0 || seen.sentBytes() < before.sentBytes();
    if (starts) {
      return new Trial(before.current(), before.winner(), now, seen.sentBytes());
    }
    return before.failed(seen, now)
        ? new Trial(
            next(candidates(peer, before.winner()), before.current()),
            before.winner(),
            now,
            seen.sentBytes())
        : before;
  }

  private static Trial alive(DesiredPeer peer, Optional<Endpoint> used, @Nullable Trial before) {
    var winner = used.orElse(before == null ? null : before.winner());
    return new Trial(used.orElse(fresh(peer, before).current()), winner, 0, 0);
  }

  /** Nothing answered, though it was called: silence without a call says nothing. */
  private boolean failed(SeenPeer seen, long now) {
    return isCalling(seen) && now - sinceEpochSecond >= PATIENCE_SECONDS;
  }

  /** Whether at least two initiations went out since the candidate was taken up. */
  boolean isCalling(SeenPeer seen) {
    return sinceEpochSecond > 0 && seen.sentBytes() - sentBytes >= 2 * INITIATION;
  }

  /** What answered once is where the peer is: a silence is no reason to look elsewhere for it. */
  private static List<Endpoint> candidates(DesiredPeer peer, @Nullable Endpoint winner) {
    var regular = peer.regularEndpoints();
    return winner != null && regular.contains(winner) ? regular : peer.endpoints();
  }

  private static Endpoint next(List<Endpoint> candidates, Endpoint current) {
    return candidates.get((candidates.indexOf(current) + 1) % candidates.size());
  }

  private static Endpoint first(DesiredPeer peer) {
    return peer.endpoints().getFirst();
  }
}
