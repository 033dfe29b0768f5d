package dev.weft.mesh.plan;

import dev.weft.mesh.snapshot.Liveness;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Who is the gateway of a location: the only place where this is decided. */
final class GatewayChoice {
  /**
   * A node as a possible gateway.
   *
   * @param name of the Node
   * @param preference what its annotation says
   * @param hasEndpoint whether other locations can reach it first
   * @param hasKey whether it has a vetted key
   * @param liveness what its Lease says
   * @param isCurrent whether it is the gateway now
   */
  record Candidate(
      String name,
      GatewayPreference preference,
      boolean hasEndpoint,
      boolean hasKey,
      Liveness liveness,
      boolean isCurrent) {}

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing((Candidate c) -> c.preference() != GatewayPreference.PREFERRED)
          .thenComparing(c -> !c.isCurrent())
          .thenComparing(c -> !c.hasEndpoint())
          .thenComparing(Candidate::name);

  private GatewayChoice() {}

  /**
   * Annotation, then who it is now, then a usable endpoint, then the name; dead nodes only if all
   * are dead, for then the fault is elsewhere. Empty if no node may or can.
   */
  static Optional<String> choose(Collection<Candidate> candidates) {
    var able =
        candidates.stream()
            .filter(c -> c.hasKey() && c.preference() != GatewayPreference.NEVER)
            .toList();
    var healthy = able.stream().filter(c -> c.liveness() != Liveness.EXPIRED).toList();
    return (healthy.isEmpty() ? able : healthy).stream().min(ORDER).map(Candidate::name);
  }
}
