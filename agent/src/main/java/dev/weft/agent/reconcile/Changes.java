package dev.weft.agent.reconcile;

import dev.weft.mesh.diff.Change;
import java.util.List;
import java.util.TreeMap;

/** Changes, said briefly. Pure. */
final class Changes {
  private Changes() {}

  /** Such as {@code 2 SetRoute, 1 AddRule}; names kinds alone, for values may be secret. */
  static String summary(List<Change> changes) {
    var counts = new TreeMap<String, Integer>();
    changes.forEach(c -> counts.merge(c.kind(), 1, Integer::sum));
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }

  /** A new endpoint for a silent peer is no repair of anything. */
  static boolean isRepair(Change change) {
    return !(change instanceof Change.SetPeer peer) || peer.isNew() || peer.endpoint().isEmpty();
  }
}
