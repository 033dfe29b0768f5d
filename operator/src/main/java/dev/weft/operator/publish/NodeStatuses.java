package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.mesh.plan.NodeDecision;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.operator.publish.Conditions.Wanted;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said of a WireGuardNode. Pure. */
final class NodeStatuses {
  private NodeStatuses() {}

  /**
   * The status; absent while the node is still about to apply what was published and nothing was
   * said of it before.
   *
   * @param patient whether the node may still take its time to apply the revision
   */
  static Optional<WireGuardNodeStatus> of(
      WireGuardNode node,
      WireGuardNodeSpec spec,
      NodeDecision decision,
      @Nullable NodeReport report,
      Liveness liveness,
      String revision,
      boolean patient,
      Instant now) {
    List<Condition> old = node.getStatus() == null ? List.of() : node.getStatus().conditions();
    var ready = ready(spec, decision, report, liveness, revision);
    var mayPass = node.getStatus() == null || isPassing(ready.reason());
    if (patient && "False".equals(ready.status()) && mayPass) {
      return Optional.ofNullable(node.getStatus());
    }
    var generation = node.getMetadata().getGeneration();
    var before = Conditions.find(old, "Ready");
    // a new generation alone isn't worth a broadcast: the reason must have changed
    var observed =
        before
            .filter(
                b -> b.getStatus().equals(ready.status()) && b.getReason().equals(ready.reason()))
            .map(Condition::getObservedGeneration)
            .orElse(generation == null ? 0L : generation);
    return Optional.of(
        new WireGuardNodeStatus(Conditions.over(old, List.of(ready), observed, now)));
  }

  private static boolean isPassing(String reason) {
    return reason.equals("NotReported") || reason.equals("Behind") || reason.equals("NoKey");
  }

  private static Wanted ready(
      WireGuardNodeSpec spec,
      NodeDecision decision,
      @Nullable NodeReport report,
      Liveness liveness,
      String revision) {
    var error = Words.firstError(decision.problems());
    var failure =
        decision.problems().stream().filter(p -> p.reason().equals("PlanningFailed")).findFirst();
    if (failure.isPresent()) {
      return no(failure.get().reason(), Words.of(failure.get()));
    }
    if (report == null) {
      return no("NotReported", "no agent has reported from this node yet");
    }
    if (spec.devices().isEmpty()) {
      return no(
          error.map(e -> e.reason()).orElse("NoKey"),
          error.map(Words::of).orElse("no public key of its agent was accepted yet"));
    }
    switch (liveness) {
      case EXPIRED -> {
        return no("AgentSilent", "its agent's Lease has run out; look at the agent on the node");
      }
      case AGENT_SILENT -> {
        return no(
            "AgentSilent",
            "its agent's Lease has run out, while other nodes still reach it through their tunnels; look at the agent on the node");
      }
      case FROZEN -> {
        return no(
            "AgentSilent",
            "its agent's Lease has run out together with those of other nodes; look at the way from this node to the API server");
      }
      case ALIVE, UNKNOWN -> {}
    }
    var findings = new ArrayList<String>();
    for (var condition : report.getSpec().conditions()) {
      if ("False".equals(condition.getStatus())) {
        var text = condition.getType() + ": " + condition.getMessage();
        if (NodeReportSpec.DECISIVE.contains(condition.getType())) {
          return no(condition.getReason(), text);
        }
        findings.add(text);
      }
    }
    if (!revision.equals(report.getSpec().appliedRevision())) {
      return no("Behind", "its agent has not applied what is in force");
    }
    if (error.isPresent()) {
      findings.add(Words.of(decision.problems()));
    }
    return findings.isEmpty()
        ? Wanted.yes("Ready", "Applied", "what is in force is applied")
        : Wanted.yes("Ready", "ReadyWithProblems", String.join("; ", findings));
  }

  private static Wanted no(String reason, String message) {
    return Wanted.no("Ready", reason, message);
  }
}
