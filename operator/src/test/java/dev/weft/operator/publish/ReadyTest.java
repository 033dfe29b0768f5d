package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.plan.MeshDecision;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.mesh.problem.Problem;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What `kubectl wait --for=condition=Ready`, Flux and Argo CD see of meshes and Peers. */
final class ReadyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String KEY = "5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final long GENERATION = 7;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // state, nodes, ready, silent tunnels, fresh tunnels, needs tunnels, Ready, reason
    "all is well, 5, 5, 0, 6, true, True, Ready",
    "one location, 2, 2, 0, 0, false, True, Ready",
    "no node, 0, 0, 0, 0, false, False, NoNodes",
    "agents do not start, 5, 0, 0, 0, true, False, NodesNotReady",
    "one agent is behind, 5, 4, 0, 6, true, False, NodesNotReady",
    "a tunnel is silent, 5, 5, 1, 4, true, False, TunnelsSilent",
    "no tunnel is reported, 5, 5, 0, 0, true, Unknown, NotReported",
    "one node of one location is not ready, 2, 1, 0, 0, false, False, NodesNotReady",
  })
  void aMeshIsReadyWhenItsNodesAndTunnelsAre(
      String state,
      int nodes,
      int ready,
      int silent,
      int alive,
      boolean needsTunnels,
      String status,
      String reason)
      throws IOException {
    var facts =
        new MeshFacts(
            nodes,
            ready,
            ready == nodes ? Set.of() : Set.of("aws-1"),
            0,
            List.of(),
            silent == 0 ? Set.of() : Set.of("aws-1-gcp-1"),
            alive,
            Set.of(),
            Map.of(),
            needsTunnels);
    assertMesh(Optional.of(facts), List.of(), Set.of(), status, reason);
  }

  @Test
  void aMeshWithoutAnAcceptedSpecOrThatIsHeldIsNotReady() throws IOException {
    assertMesh(Optional.empty(), List.of(), Set.of(), "False", "NothingInForce");
    var problem = Problem.error("WireGuardMesh", "weft", "spec.addresses", "Overlaps", "overlaps");
    assertMesh(Optional.empty(), List.of(problem), Set.of(), "False", "Overlaps");
    assertMesh(Optional.empty(), List.of(), Set.of("aws-1"), "False", "Held");
  }

  private static void assertMesh(
      Optional<MeshFacts> facts,
      List<Problem> problems,
      Set<String> held,
      String status,
      String reason)
      throws IOException {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName("weft").withGeneration(GENERATION).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    var decision = new MeshDecision("weft", List.of(WireGuardMeshSpec.DEFAULT), problems);
    var found = MeshStatuses.of(mesh, decision, "r1", facts, held, Set.of(), NOW);
    mesh.setStatus(found);
    assertReady(mesh, found.conditions(), found.observedGeneration(), status, reason);
  }

  @Test
  void aPeerIsReadyWhenItIsInForce() throws IOException {
    assertPeer(List.of(), "True", "Accepted");
    var warning = Problem.warning("Peer", "phone", "spec.disabled", "Disabled", "taken off");
    assertPeer(List.of(warning), "True", "AcceptedWithWarnings");
    var error = Problem.error("Peer", "phone", "spec.allowedIPs", "Overlaps", "overlaps");
    assertPeer(List.of(error), "False", "Overlaps");
    var expired = Problem.error("Peer", "phone", "spec.expiresAt", "Expired", "has expired");
    assertPeer(List.of(expired), "False", "Expired");
  }

  private static void assertPeer(List<Problem> problems, String status, String reason)
      throws IOException {
    var peer = new Peer();
    peer.setMetadata(new ObjectMetaBuilder().withName("phone").withGeneration(GENERATION).build());
    peer.setSpec(
        new PeerSpec(
            "weft", KEY, null, null, List.of(), null, null, null, null, List.of(), null, null));
    var decision = new PeerDecision("phone", List.of(), "", List.of(), Set.of(), problems);
    var found = PeerStatuses.of(peer, decision, List.of(), Optional.empty(), NOW);
    peer.setStatus(found);
    assertReady(peer, found.conditions(), found.observedGeneration(), status, reason);
  }

  private static void assertReady(
      HasMetadata object,
      List<Condition> conditions,
      @Nullable Long observed,
      String status,
      String reason)
      throws IOException {
    var ready = Conditions.find(conditions, "Ready").orElseThrow();
    assertEquals(status + " " + reason, ready.getStatus() + " " + ready.getReason());
    assertEquals(GENERATION, ready.getObservedGeneration());
    assertEquals(status.equals("True") ? "Current" : "InProgress", kstatus(conditions, observed));
    assertEquals("InProgress", kstatus(conditions, GENERATION - 1));
    var health = Map.of("True", "Healthy", "False", "Degraded", "Unknown", "Progressing");
    assertEquals(health.get(status), ArgoHealth.of(object));
    object.getMetadata().setGeneration(GENERATION + 1);
    assertEquals("Progressing", ArgoHealth.of(object));
  }

  /** Status of a custom resource as sigs.k8s.io/cli-utils/pkg/kstatus computes it. */
  private static String kstatus(List<Condition> conditions, @Nullable Long observed) {
    if (observed != null && observed != GENERATION) {
      return "InProgress";
    }
    boolean isReady =
        conditions.stream()
            .filter(c -> c.getType().equals("Ready"))
            .allMatch(c -> c.getStatus().equals("True"));
    return isReady ? "Current" : "InProgress";
  }
}
