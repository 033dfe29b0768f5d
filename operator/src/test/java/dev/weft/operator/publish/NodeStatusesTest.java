package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.plan.NodeDecision;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.Liveness;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeStatusesTest {
  private static final String KEY = "5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final WireGuardNodeSpec SPEC =
      new WireGuardNodeSpec(
          "weft",
          "aws",
          NodeRole.MEMBER,
          false,
          null,
          null,
          false,
          List.of("10.4.0.1"),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          "0s",
          List.of(new NodeDevice(0, 0, KEY, 51820, List.of(), List.of())),
          List.of());
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static String judge(String applied, Liveness liveness, boolean patient, Condition... of) {
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName("aws-1").withGeneration(3L).build());
    node.setSpec(SPEC);
    var report = new NodeReport();
    report.setSpec(new NodeReportSpec(List.of(), null, List.of(), List.of(), applied, List.of(of)));
    return NodeStatuses.of(
            node,
            SPEC,
            new NodeDecision("aws-1", List.of(SPEC), List.of()),
            report,
            liveness,
            "r2",
            patient,
            NOW)
        .map(s -> s.conditions().getFirst())
        .map(c -> c.getStatus() + " " + c.getReason())
        .orElse("nothing said");
  }

  private static Condition bad(String type) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus("False")
        .withReason("Bad")
        .withMessage("why")
        .build();
  }

  @Test
  void aNodeThatHasAppliedTheRevisionIsReady() {
    assertEquals("True Applied", judge("r2", Liveness.ALIVE, false));
  }

  @Test
  void aNodeBehindIsGivenTime() {
    assertEquals("nothing said", judge("r1", Liveness.ALIVE, true));
    assertEquals("False Behind", judge("r1", Liveness.ALIVE, false));
  }

  @Test
  void aNodeThatCanNotBePlannedSaysSoWhateverItsAgentReports() {
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName("aws-1").withGeneration(3L).build());
    node.setSpec(SPEC);
    var failed = Problem.error("Node", "aws-1", "spec", "PlanningFailed", "it overflowed");
    var said =
        NodeStatuses.of(
                node,
                SPEC,
                new NodeDecision("aws-1", List.of(SPEC), List.of(failed)),
                null,
                Liveness.ALIVE,
                "r2",
                false,
                NOW)
            .get()
            .conditions()
            .getFirst();
    assertEquals("PlanningFailed", said.getReason());
    assertEquals("spec: it overflowed", said.getMessage());
  }

  @Test
  void aSilentAgentIsNotReady() {
    assertEquals("False AgentSilent", judge("r2", Liveness.EXPIRED, false));
  }

  @Test
  void aFrozenGatewayIsNotReadyThoughItKeepsItsRole() {
    assertEquals("False AgentSilent", judge("r2", Liveness.FROZEN, false));
  }

  @Test
  void aNodeStaysReadyWhileTheApiServerCanNotBeAsked() {
    assertEquals("True Applied", judge("r2", Liveness.UNKNOWN, false));
  }

  @Test
  void whatTheKernelRefusedDecides() {
    assertEquals("False Bad", judge("r2", Liveness.ALIVE, false, bad("Applied")));
  }

  @Test
  void aHostSettingIsToldButDoesNotDecide() {
    assertEquals("True ReadyWithProblems", judge("r2", Liveness.ALIVE, false, bad("Preflight")));
  }
}
