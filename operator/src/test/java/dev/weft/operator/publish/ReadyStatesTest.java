package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.Overview;
import dev.weft.mesh.plan.MeshDecision;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.PeerInput;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In each state of a mesh or Peer, kstatus (Flux), {@code kubectl wait --for=condition=Ready} and
 * {@code kubectl weft status} say the same.
 */
final class ReadyStatesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String KEY = "5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final long GENERATION = 7;
  private static final Problem ERROR = Problem.error("Any", "any", "spec", "Overlaps", "overlaps");
  private static final Problem WARNING = Problem.warning("Any", "any", "spec", "HostBits", "bits");

  /**
   * A state.
   *
   * @param generation of the object now; its status is about {@link #GENERATION}
   * @param mesh status of the mesh; at most one
   * @param peer status of the Peer; at most one
   * @param isReady what all three are to say
   */
  record State(
      String name,
      long generation,
      List<WireGuardMeshStatus> mesh,
      List<PeerStatus> peer,
      boolean isReady) {
    List<Condition> conditions() {
      return Stream.concat(
              mesh.stream().map(WireGuardMeshStatus::conditions),
              peer.stream().map(PeerStatus::conditions))
          .findFirst()
          .orElse(List.of());
    }

    Optional<Long> observed() {
      return Stream.concat(
              mesh.stream().map(WireGuardMeshStatus::observedGeneration),
              peer.stream().map(PeerStatus::observedGeneration))
          .flatMap(Stream::ofNullable)
          .findFirst();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<State> states() {
    var well = facts(5, 5, 0, 6, true);
    return List.of(
        mesh("mesh: all is well", well, List.of(), true),
        mesh("mesh: one location", facts(2, 2, 0, 0, false), List.of(), true),
        mesh("mesh: no node", facts(0, 0, 0, 0, false), List.of(), false),
        mesh("mesh: agents do not start", facts(5, 0, 0, 0, true), List.of(), false),
        mesh("mesh: one agent is behind", facts(5, 4, 0, 6, true), List.of(), false),
        mesh("mesh: a tunnel is silent", facts(5, 5, 1, 4, true), List.of(), false),
        mesh("mesh: no tunnel is reported", facts(5, 5, 0, 0, true), List.of(), false),
        mesh("mesh: nothing in force", null, List.of(), false),
        mesh("mesh: refused, and nothing in force", null, List.of(ERROR), false),
        mesh("mesh: refused, and an older spec in force", well, List.of(ERROR), false),
        mesh("mesh: warnings", well, List.of(WARNING), true),
        mesh("mesh: held", well, List.of(), Set.of("aws-1"), Set.of(), GENERATION, false),
        mesh("mesh: gateways frozen", well, List.of(), Set.of(), Set.of("a"), GENERATION, true),
        mesh("mesh: changed", well, List.of(), Set.of(), Set.of(), GENERATION + 1, false),
        mesh("mesh: changed, bad before", null, List.of(), Set.of(), Set.of(), 9, false),
        peer("Peer: accepted", List.of(), GENERATION, true),
        peer("Peer: accepted with warnings", List.of(WARNING), GENERATION, true),
        peer("Peer: refused", List.of(ERROR), GENERATION, false),
        peer("Peer: expired", List.of(error("Expired")), GENERATION, false),
        peer("Peer: location without gateway", List.of(error("NoSuchLocation")), GENERATION, false),
        peer("Peer: changed", List.of(), GENERATION + 1, false),
        peer("Peer: changed, refused before", List.of(ERROR), GENERATION + 1, false));
  }

  private static Problem error(String reason) {
    return Problem.error("Peer", "phone", "spec", reason, "as it says");
  }

  private static MeshFacts facts(int nodes, int ready, int silent, int alive, boolean tunnels) {
    return new MeshFacts(
        nodes,
        ready,
        ready == nodes ? Set.of() : Set.of("aws-1"),
        0,
        List.of(),
        silent == 0 ? Set.of() : Set.of("aws-1-gcp-1"),
        alive,
        Set.of(),
        Map.of(),
        tunnels);
  }

  private static State mesh(
      String name, @Nullable MeshFacts facts, List<Problem> problems, boolean isReady) {
    return mesh(name, facts, problems, Set.of(), Set.of(), GENERATION, isReady);
  }

  private static State mesh(
      String name,
      @Nullable MeshFacts facts,
      List<Problem> problems,
      Set<String> held,
      Set<String> frozen,
      long generation,
      boolean isReady) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName("weft").withGeneration(GENERATION).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    var decision = new MeshDecision("weft", List.of(WireGuardMeshSpec.DEFAULT), problems);
    var status =
        MeshStatuses.of(mesh, decision, "r1", Optional.ofNullable(facts), held, frozen, NOW);
    return new State(name, generation, List.of(status), List.of(), isReady);
  }

  private static State peer(String name, List<Problem> problems, long generation, boolean isReady) {
    var peer = new Peer();
    peer.setMetadata(new ObjectMetaBuilder().withName("phone").withGeneration(GENERATION).build());
    peer.setSpec(peerSpec());
    var decision = new PeerDecision("phone", List.of(), "", List.of(), Set.of(), problems);
    var status = PeerStatuses.of(peer, decision, List.of(), Optional.empty(), NOW);
    return new State(name, generation, List.of(), List.of(status), isReady);
  }

  private static PeerSpec peerSpec() {
    return new PeerSpec(
        "weft", KEY, null, null, List.of(), null, null, null, null, List.of(), null, null);
  }

  @Test
  void thereAreTwentyStates() {
    assertTrue(states().size() >= 20);
  }

  @ParameterizedTest
  @MethodSource("states")
  void allThreeAgree(State state) {
    assertEquals(state.isReady(), kstatus(state).equals("Current"), "kstatus");
    assertEquals(state.isReady(), waitIsOver(state), "kubectl wait");
    assertEquals(state.isReady(), isWell(state), "kubectl weft status");
  }

  /** kstatus takes what has no status for current; docs/guides/gitops.md says what to do. */
  @Test
  void anObjectWithoutStatusIsCurrentToKstatusAlone() {
    for (var kind : List.of("WireGuardMesh", "Peer")) {
      var state = new State(kind, 1, List.of(), List.of(), false);
      assertEquals("Current", kstatus(state));
      assertEquals(false, waitIsOver(state));
      assertEquals(false, isWell(state, kind.equals("Peer")));
    }
  }

  /**
   * Status of a custom resource: {@code Compute} and {@code checkGenericProperties} of
   * sigs.k8s.io/cli-utils, pkg/kstatus/status. Weft's objects have no finalizer, so what is being
   * deleted is left out.
   */
  private static String kstatus(State state) {
    if (state.observed().filter(o -> o != state.generation()).isPresent()) {
      return "InProgress";
    }
    if (is(state, "Reconciling")) {
      return "InProgress";
    }
    if (is(state, "Stalled")) {
      return "Failed";
    }
    var ready = Conditions.find(state.conditions(), "Ready");
    return ready.isEmpty() || ready.get().getStatus().equals("True") ? "Current" : "InProgress";
  }

  private static boolean is(State state, String type) {
    return Conditions.isTrue(state.conditions(), type);
  }

  /**
   * {@code ConditionalWait.checkCondition} of k8s.io/kubectl, pkg/cmd/wait: the generation that the
   * condition observed counts, else that of the status.
   */
  private static boolean waitIsOver(State state) {
    var ready = Conditions.find(state.conditions(), "Ready");
    if (ready.isEmpty()) {
      return false;
    }
    var observed = Optional.ofNullable(ready.get().getObservedGeneration()).or(state::observed);
    return observed.filter(o -> o < state.generation()).isEmpty()
        && ready.get().getStatus().equals("True");
  }

  private static boolean isWell(State state) {
    return isWell(state, !state.peer().isEmpty());
  }

  private static boolean isWell(State state, boolean isPeer) {
    var overview = overview(state, isPeer);
    return isPeer ? overview.peers().getFirst().well() : overview.meshes().getFirst().well();
  }

  private static Overview overview(State state, boolean isPeer) {
    var mesh = new MeshInput("weft", "", WireGuardMeshSpec.DEFAULT, List.of());
    var peers =
        isPeer ? List.of(new PeerInput("phone", "", peerSpec(), List.of())) : List.<PeerInput>of();
    return Overview.of(
        new ClusterState(
            new ClusterSnapshot(List.of(mesh), List.of(), peers, Set.of(), 0),
            state.mesh().isEmpty() ? Map.of() : Map.of("weft", state.mesh().getFirst()),
            Map.of(),
            state.peer().isEmpty() ? Map.of() : Map.of("phone", state.peer().getFirst()),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(isPeer ? "Peer/phone" : "WireGuardMesh/weft", state.generation()),
            AccessState.UNKNOWN));
  }
}
