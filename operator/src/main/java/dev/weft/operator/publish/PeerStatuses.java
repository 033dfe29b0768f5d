package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.EndpointClass;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.mesh.plan.PeerSecretNames;
import dev.weft.operator.publish.Conditions.Wanted;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of a Peer. Pure. */
final class PeerStatuses {
  private static final String CONNECTED = "Connected";
  private static final String OUTDATED = "ConfigOutdated";

  /** After this without a handshake a report says Stale. */
  private static final Duration SESSION = Duration.ofMinutes(3);

  private PeerStatuses() {}

  static PeerStatus of(
      Peer peer,
      PeerDecision decision,
      Collection<NodeReport> reports,
      Optional<PeerConfigs.State> config,
      Instant now) {
    @Nullable PeerStatus before = peer.getStatus();
    List<Condition> old = before == null ? List.of() : before.conditions();
    var effective = decision.effective().isEmpty() ? null : decision.effective().getFirst();
    var wanted = new ArrayList<Wanted>();
    var accepted = accepted(decision);
    wanted.add(ready(accepted));
    wanted.add(accepted);
    if (effective != null) {
      wanted.add(connected(effective, reports));
    }
    config.filter(c -> !c.issued().isEmpty()).ifPresent(c -> wanted.add(outdated(peer, c)));
    return new PeerStatus(
        Conditions.over(old, wanted, generation(peer), now),
        effective,
        decision.addresses(),
        decision.gateway().isEmpty() ? null : decision.gateway(),
        lastHandshake(before, wanted, now),
        endpointClass(before, effective, reports),
        config
            .map(PeerConfigs.State::secret)
            .filter(s -> !s.isEmpty())
            .orElse(keptSecret(peer, before)),
        generation(peer));
  }

  /** A Peer that is disabled keeps its Secret. */
  private static @Nullable String keptSecret(Peer peer, @Nullable PeerStatus before) {
    return before == null || peer.getSpec().publicKey() != null ? null : before.configSecret();
  }

  /** Moves with transitions only, so that a tunnel at work causes no writes. */
  private static @Nullable String lastHandshake(
      @Nullable PeerStatus before, List<Wanted> wanted, Instant now) {
    boolean was = before != null && Conditions.isTrue(before.conditions(), CONNECTED);
    boolean is =
        wanted.stream().anyMatch(w -> w.type().equals(CONNECTED) && w.status().equals("True"));
    if (is && !was) {
      return now.truncatedTo(ChronoUnit.MINUTES).toString();
    }
    if (was && !is) {
      return now.minus(SESSION).truncatedTo(ChronoUnit.MINUTES).toString();
    }
    return before == null ? null : before.lastHandshake();
  }

  /**
   * Stays what it is while a gateway sees it so, or none sees it call: a Peer that several gateways
   * see in different ways causes no writes.
   */
  private static @Nullable EndpointClass endpointClass(
      @Nullable PeerStatus before, @Nullable EffectivePeer peer, Collection<NodeReport> reports) {
    var known = before == null ? null : before.endpointClass();
    if (peer == null) {
      return known;
    }
    var classes = EnumSet.noneOf(EndpointClass.class);
    reports.stream()
        .flatMap(report -> report.getSpec().observedEndpoints().stream())
        .filter(seen -> seen.publicKey().equals(peer.publicKey()))
        .flatMap(seen -> address(seen.endpoint()).stream())
        .map(SpecialRanges::classify)
        .forEach(classes::add);
    return classes.isEmpty() || (known != null && classes.contains(known))
        ? known
        : classes.iterator().next();
  }

  /** What an agent observed; empty: it wrote no endpoint. */
  private static Optional<IpAddress> address(String endpoint) {
    try {
      return Endpoint.parse(endpoint).address();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Wanted outdated(Peer peer, PeerConfigs.State config) {
    return config.isOutdated()
        ? Wanted.yes(
            OUTDATED,
            "MeshChanged",
            "gateways, prefixes or DNS have changed since its configuration was handed out; give it the new one: kubectl weft peer config "
                + peer.getMetadata().getName())
        : Wanted.no(OUTDATED, "Current", "the configuration that was handed out is right");
  }

  private static Wanted accepted(PeerDecision decision) {
    var error = Words.firstError(decision.problems());
    if (error.isPresent()) {
      return Wanted.no("Accepted", error.get().reason(), Words.of(decision.problems()));
    }
    if (!decision.needs().isEmpty()) {
      return Wanted.no(
          "Accepted",
          "KeyPending",
          "its keys are being made; should this last, a Secret named %s that Weft didn't make is in the way"
              .formatted(PeerSecretNames.of(decision.name())));
    }
    if (!decision.problems().isEmpty()) {
      return Wanted.yes("Accepted", "AcceptedWithWarnings", Words.of(decision.problems()));
    }
    return Wanted.yes("Accepted", "Accepted", "in force as written");
  }

  /** A client that is switched off is no fault, so being connected does not count. */
  private static Wanted ready(Wanted accepted) {
    return new Wanted("Ready", accepted.status(), accepted.reason(), accepted.message());
  }

  private static Wanted connected(EffectivePeer peer, Collection<NodeReport> reports) {
    Set<String> handshakes =
        reports.stream()
            .flatMap(report -> report.getSpec().peers().stream())
            .filter(seen -> seen.publicKey().equals(peer.publicKey()))
            .map(seen -> seen.handshake())
            .collect(Collectors.toSet());
    if (handshakes.contains("Fresh")) {
      return Wanted.yes(CONNECTED, "Handshake", "a gateway shook hands with it lately");
    }
    if (handshakes.contains("Stale")) {
      return Wanted.no(CONNECTED, "Stale", "the last handshake is more than 3 minutes old");
    }
    if (handshakes.contains("Never")) {
      return Wanted.no(CONNECTED, "NeverSeen", "no gateway ever shook hands with it");
    }
    return Wanted.unknown(CONNECTED, "NotReported", "no gateway reports it yet");
  }

  private static long generation(Peer peer) {
    var generation = peer.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }
}
