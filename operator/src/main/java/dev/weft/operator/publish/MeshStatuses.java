package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.api.v1alpha1.MeshLocationStatus;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.mesh.plan.MeshDecision;
import dev.weft.mesh.problem.Names;
import dev.weft.operator.publish.Conditions.Wanted;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is said of a mesh. Pure. */
final class MeshStatuses {
  /** Reason of {@code Failover=False}. */
  static final String FROZEN = "Frozen";

  private MeshStatuses() {}

  /**
   * The status.
   *
   * @param facts absent: nothing is in force
   * @param held nodes that are missed, for which the mesh is held; empty: it isn't
   * @param frozen gateways that keep their roles though their Leases have run out
   */
  static WireGuardMeshStatus of(
      WireGuardMesh mesh,
      MeshDecision decision,
      String revision,
      Optional<MeshFacts> facts,
      Set<String> held,
      Set<String> frozen,
      Instant now) {
    @Nullable WireGuardMeshStatus before = mesh.getStatus();
    List<Condition> old = before == null ? List.of() : before.conditions();
    var planned = held.isEmpty() ? planned(decision) : held(held);
    var applied = applied(facts);
    var reachable = reachable(facts);
    var wanted = new ArrayList<Wanted>();
    wanted.add(ready(planned, applied, reachable));
    wanted.add(planned);
    wanted.add(applied);
    wanted.add(reachable);
    wanted.add(failover(frozen));
    redundant(decision, facts).ifPresent(wanted::add);
    var generation = mesh.getMetadata().getGeneration();
    return new WireGuardMeshStatus(
        Conditions.over(old, wanted, generation == null ? 0 : generation, now),
        effective(decision, before, held),
        revision.isEmpty() ? null : revision,
        facts.map(MeshFacts::nodes).orElse(0),
        facts.map(MeshFacts::ready).orElse(0),
        facts.map(MeshFacts::peers).orElse(0),
        facts.map(MeshFacts::locations).orElse(List.of()),
        generation);
  }

  /** Whether two statuses differ in what can't wait for the next aggregation. */
  static boolean differUrgently(@Nullable WireGuardMeshStatus before, WireGuardMeshStatus after) {
    return before == null
        || !java.util.Objects.equals(before.effective(), after.effective())
        // agents hold nodes that vanished until they are counted so
        || !java.util.Objects.equals(before.nodes(), after.nodes())
        || !Conditions.sayTheSame(before.conditions(), after.conditions());
  }

  /** Whether two statuses differ in the states of gateways, which people watch during a drain. */
  static boolean differInGateways(@Nullable WireGuardMeshStatus before, WireGuardMeshStatus after) {
    return before == null || !states(before).equals(states(after));
  }

  private static List<List<MeshGatewayStatus>> states(WireGuardMeshStatus status) {
    return status.locations().stream().map(MeshLocationStatus::gatewayStates).toList();
  }

  private static @Nullable WireGuardMeshSpec effective(
      MeshDecision decision, @Nullable WireGuardMeshStatus before, Set<String> held) {
    if (!held.isEmpty()) {
      return before == null ? null : before.effective();
    }
    return decision.effective().isEmpty() ? null : decision.effective().getFirst();
  }

  private static Wanted planned(MeshDecision decision) {
    var error = Words.firstError(decision.problems());
    if (error.isPresent()) {
      return Wanted.no("Planned", error.get().reason(), Words.of(decision.problems()));
    }
    return decision.problems().isEmpty()
        ? Wanted.yes("Planned", "Planned", "in force as written")
        : Wanted.yes("Planned", "PlannedWithWarnings", Words.of(decision.problems()));
  }

  private static Wanted held(Set<String> missed) {
    return Wanted.no(
        "Planned",
        "Held",
        "more than half of the mesh's nodes vanished without having been deleted ("
            + Names.few(missed)
            + "); nothing is changed until they are back, or until their WireGuardNodes are"
            + " deleted by hand");
  }

  private static Wanted failover(Set<String> frozen) {
    return frozen.isEmpty()
        ? Wanted.yes("Failover", "Watching", "a gateway that is lost is replaced")
        : Wanted.no(
            "Failover",
            FROZEN,
            "the Leases of these gateways have run out together, and they keep their roles until"
                + " one of their location's nodes renews its Lease: "
                + Names.few(frozen)
                + "; look at the way from their nodes to the API server");
  }

  /**
   * Whether each location has several gateways; empty: they were not asked for, or have no effect.
   */
  private static Optional<Wanted> redundant(MeshDecision decision, Optional<MeshFacts> facts) {
    boolean counts =
        decision.effective().stream().anyMatch(s -> s.gatewaysPerLocation() > 1)
            && decision.problems().stream()
                .noneMatch(p -> p.field().equals("spec.gatewaysPerLocation"));
    if (!counts || facts.isEmpty() || !facts.get().needsTunnels()) {
      return Optional.empty();
    }
    var alone = facts.get().alone();
    if (!alone.isEmpty()) {
      return Optional.of(
          Wanted.no(
              "Redundant",
              "OneGateway",
              "these locations have fewer than two gateways, and are cut off when it is lost: "
                  + Names.few(alone)
                  + "; add a node that may be a gateway to each"));
    }
    var shared = new TreeSet<String>();
    facts.get().sharedFates().forEach((location, what) -> shared.add(location + " (" + what + ")"));
    return Optional.of(
        shared.isEmpty()
            ? Wanted.yes("Redundant", "SeveralGateways", "each location has several gateways")
            : Wanted.no(
                "Redundant",
                "SharedFate",
                "all gateways of these locations fail together with what they share: "
                    + Names.few(shared)
                    + "; add a node elsewhere to each"));
  }

  private static Wanted applied(Optional<MeshFacts> facts) {
    if (facts.isEmpty()) {
      return Wanted.no("Applied", "NothingInForce", "the mesh has no accepted spec yet");
    }
    if (facts.get().nodes() == 0) {
      return Wanted.no(
          "Applied",
          "NoNodes",
          "the mesh has no node: no Node that matches spec.nodeSelector has reported a key yet");
    }
    var missing = facts.get().notReady();
    return missing.isEmpty()
        ? Wanted.yes("Applied", "AllNodes", "every node has applied what is in force")
        : Wanted.no(
            "Applied",
            "NodesNotReady",
            facts.get().ready()
                + " of "
                + facts.get().nodes()
                + " nodes are ready; not ready: "
                + Names.few(missing));
  }

  private static Wanted reachable(Optional<MeshFacts> facts) {
    var silent = facts.map(MeshFacts::silent).orElse(Set.of());
    if (!silent.isEmpty()) {
      return Wanted.no(
          "Reachable",
          "TunnelsSilent",
          "no recent handshake in spite of keepalives: " + Names.few(silent));
    }
    if (facts.isPresent() && facts.get().nodes() > 0 && !facts.get().needsTunnels()) {
      return Wanted.yes("Reachable", "NoTunnels", "all nodes are in one location");
    }
    return facts.map(MeshFacts::alive).orElse(0) > 0
        ? Wanted.yes("Reachable", "Handshakes", "no tunnel that is kept alive is silent")
        : Wanted.unknown("Reachable", "NotReported", "no agent has reported a handshake");
  }

  private static Wanted ready(Wanted planned, Wanted applied, Wanted reachable) {
    for (var worse : List.of("False", "Unknown")) {
      for (var part : List.of(planned, applied, reachable)) {
        if (worse.equals(part.status())) {
          return new Wanted("Ready", worse, part.reason(), part.message());
        }
      }
    }
    return Wanted.yes("Ready", "Ready", "planned, applied and reachable");
  }
}
