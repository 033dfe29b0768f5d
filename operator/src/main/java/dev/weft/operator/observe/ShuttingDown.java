package dev.weft.operator.observe;

import dev.weft.mesh.snapshot.NodeShutdown;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.util.List;
import java.util.Objects;

/** Whether a kubelet says that its node is being shut down. Pure. */
public final class ShuttingDown {
  private static final NodeCondition REPORTED =
      new NodeConditionBuilder()
          .withType("Ready")
          .withStatus("False")
          .withMessage(NodeShutdown.MESSAGE)
          .build();

  private ShuttingDown() {}

  /** Whether a Node's conditions say so. */
  public static boolean is(Node node) {
    var status = node.getStatus();
    return status != null
        && status.getConditions() != null
        && status.getConditions().stream().anyMatch(ShuttingDown::reports);
  }

  /** The conditions that say so, without what else they hold; mostly none. */
  public static List<NodeCondition> conditions(Node node) {
    return is(node) ? List.of(REPORTED) : List.of();
  }

  private static boolean reports(NodeCondition condition) {
    return NodeShutdown.isReported(
        Objects.requireNonNullElse(condition.getType(), ""),
        Objects.requireNonNullElse(condition.getStatus(), ""),
        Objects.requireNonNullElse(condition.getMessage(), ""));
  }
}
