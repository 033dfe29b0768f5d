package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.operator.publish.Conditions.Wanted;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of a Peer. Pure. */
final class PeerStatuses {
  private PeerStatuses() {}

  static PeerStatus of(
      Peer peer, PeerDecision decision, Collection<NodeReport> reports, Instant now) {
    @Nullable PeerStatus before = peer.getStatus();
    List<Condition> old = before == null ? List.of() : before.conditions();
    var effective = decision.effective().isEmpty() ? null : decision.effective().getFirst();
    var wanted = new ArrayList<Wanted>();
    wanted.add(accepted(decision));
    if (effective != null) {
      wanted.add(connected(effective, reports));
    }
    return new PeerStatus(
        Conditions.over(old, wanted, generation(peer), now),
        effective,
        decision.gateway().isEmpty() ? null : decision.gateway(),
        before == null ? null : before.lastHandshake(),
        before == null ? null : before.configSecret());
  }

  private static Wanted accepted(PeerDecision decision) {
    var error = Words.firstError(decision.problems());
    if (error.isPresent()) {
      return Wanted.no("Accepted", error.get().reason(), Words.of(decision.problems()));
    }
    if (!decision.problems().isEmpty()) {
      return Wanted.yes("Accepted", "AcceptedWithWarnings", Words.of(decision.problems()));
    }
    return Wanted.yes("Accepted", "Accepted", "in force as written");
  }

  private static Wanted connected(EffectivePeer peer, Collection<NodeReport> reports) {
    Set<String> handshakes =
        reports.stream()
            .flatMap(report -> report.getSpec().peers().stream())
            .filter(seen -> seen.publicKey().equals(peer.publicKey()))
            .map(seen -> seen.handshake())
            .collect(Collectors.toSet());
    if (handshakes.contains("Fresh")) {
      return Wanted.yes("Connected", "Handshake", "a gateway shook hands with it lately");
    }
    if (handshakes.contains("Stale")) {
      return Wanted.no("Connected", "Stale", "the last handshake is more than 3 minutes old");
    }
    if (handshakes.contains("Never")) {
      return Wanted.no("Connected", "NeverSeen", "no gateway ever shook hands with it");
    }
    return Wanted.unknown("Connected", "NotReported", "no gateway reports it yet");
  }

  private static long generation(Peer peer) {
    var generation = peer.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }
}
