package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.v1alpha1.GatewayState;
import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.api.v1alpha1.MeshLocationStatus;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.mesh.plan.MeshDecision;
import dev.weft.mesh.problem.Problem;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MeshStatusesTest {
  private static final Class<WireGuardMeshSpec> SPEC = WireGuardMeshSpec.class;
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static WireGuardMeshStatus status(Set<String> frozen) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName("weft").withGeneration(1L).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    var decision = new MeshDecision("weft", List.of(WireGuardMeshSpec.DEFAULT), List.of());
    return MeshStatuses.of(mesh, decision, "r1", Optional.empty(), Set.of(), frozen, NOW);
  }

  private static Condition failover(WireGuardMeshStatus status) {
    return Conditions.find(status.conditions(), "Failover").orElseThrow();
  }

  @Test
  void frozenGatewaysAreNamedAndUrgent() {
    var well = status(Set.of());
    var frozen = status(Set.of("aws-1", "gcp-1"));
    assertEquals("True", failover(well).getStatus());
    assertEquals("False Frozen", failover(frozen).getStatus() + " " + failover(frozen).getReason());
    assertTrue(failover(frozen).getMessage().contains("aws-1, gcp-1"));
    assertTrue(MeshStatuses.differUrgently(well, frozen));
  }

  @Test
  void theBeginningAndTheEndAreEvents() {
    var well = status(Set.of()).conditions();
    var frozen = status(Set.of("aws-1")).conditions();
    assertEquals("Frozen", Transition.ofFailover(well, frozen).orElseThrow().reason());
    assertEquals("FailoverResumed", Transition.ofFailover(frozen, well).orElseThrow().reason());
    assertTrue(Transition.ofFailover(frozen, frozen).isEmpty());
  }

  private static WireGuardMeshStatus withGateway(GatewayState state) {
    var location =
        new MeshLocationStatus(
            "aws", 1, List.of("aws-1"), List.of(new MeshGatewayStatus("aws-1", 0, state)));
    return new WireGuardMeshStatus(List.of(), null, "r1", 1, 1, 0, List.of(location), 1L);
  }

  @Test
  void anotherStateOfAGatewayIsSoonerWrittenThanACount() {
    var ready = withGateway(GatewayState.READY);
    var out = withGateway(GatewayState.OUT);
    assertTrue(MeshStatuses.differInGateways(ready, out));
    assertFalse(MeshStatuses.differUrgently(ready, out), "a bad line would make a write a second");
    assertFalse(MeshStatuses.differInGateways(ready, withGateway(GatewayState.READY)));
  }

  private static Optional<Condition> redundant(List<Problem> problems, String... gateways) {
    return redundant(problems, Map.of(), gateways);
  }

  private static Optional<Condition> redundant(
      List<Problem> problems, Map<String, String> sharedFates, String... gateways) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName("weft").withGeneration(1L).build());
    var locations =
        List.of(
            new MeshLocationStatus("aws", 2, List.of("aws-1", "aws-2"), List.of()),
            new MeshLocationStatus("gcp", 2, List.of(gateways), List.of()));
    var facts =
        new MeshFacts(
            4,
            4,
            Set.of(),
            0,
            locations,
            Set.of(),
            1,
            gateways.length < 2 ? Set.of("gcp") : Set.of(),
            sharedFates,
            true);
    var spec = new ObjectMapper().convertValue(Map.of("gatewaysPerLocation", 2), SPEC);
    var decision = new MeshDecision("weft", List.of(spec), problems);
    var status = MeshStatuses.of(mesh, decision, "r1", Optional.of(facts), Set.of(), Set.of(), NOW);
    return Conditions.find(status.conditions(), "Redundant");
  }

  @Test
  void aLocationWithOneGatewayIsNamedWhereSeveralAreAskedFor() {
    assertEquals("True", redundant(List.of(), "gcp-1", "gcp-2").orElseThrow().getStatus());
    var alone = redundant(List.of(), "gcp-1").orElseThrow();
    assertEquals("False OneGateway", alone.getStatus() + " " + alone.getReason());
    assertTrue(alone.getMessage().contains("gcp"), alone::getMessage);
    var shared = redundant(List.of(), Map.of("aws", "zone eu-1a"), "gcp-1", "gcp-2").orElseThrow();
    assertEquals("False SharedFate", shared.getStatus() + " " + shared.getReason());
    assertTrue(shared.getMessage().contains("aws (zone eu-1a)"), shared::getMessage);
    assertTrue(Conditions.find(status(Set.of()).conditions(), "Redundant").isEmpty());
    var without =
        Problem.warning(
            "WireGuardMesh", "weft", "spec.gatewaysPerLocation", "OnlyForLocation", "no effect");
    assertTrue(redundant(List.of(without), "gcp-1").isEmpty());
  }
}
