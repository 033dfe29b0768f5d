package dev.weft.mesh.plan;

import dev.weft.mesh.plan.gateway.GatewayPreference;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.problem.Quote;
import dev.weft.mesh.snapshot.NodeInput;

/**
 * What a Node's annotations say of it as a gateway: whether it shall be one, and whether it goes.
 */
record RoleAnnotations(NodeAnnotations annotations) {
  /** Path of the annotation that drains a gateway. */
  static final String DRAIN_FIELD = "metadata.annotations[" + NodeAnnotations.WEFT + "drain]";

  private static final String DRAIN = "drain";

  static RoleAnnotations of(NodeInput node) {
    return new RoleAnnotations(new NodeAnnotations(node.annotations()));
  }

  /** Whether packets of others are to be taken off the node. */
  boolean drains() {
    return annotations.get(DRAIN).filter(a -> a.value().equals("true")).isPresent();
  }

  /** Reports an annotation that is neither true nor false. */
  void checkDrain(Problems problems) {
    annotations
        .get(DRAIN)
        .filter(a -> !a.value().equals("true") && !a.value().equals("false"))
        .ifPresent(a -> invalid(a, problems));
  }

  /** Whether the node shall be a gateway; what can't be read is reported. */
  GatewayPreference preference(Problems problems) {
    var annotation = annotations.get("gateway", "leader");
    if (annotation.isEmpty()) {
      return GatewayPreference.NEUTRAL;
    }
    boolean kilo = annotation.get().isKilo();
    return switch (annotation.get().value()) {
      case "true" -> GatewayPreference.PREFERRED;
      case "false" -> kilo ? GatewayPreference.NEUTRAL : GatewayPreference.NEVER;
      default -> {
        if (kilo) {
          yield GatewayPreference.PREFERRED; // Kilo looks at its presence alone
        }
        invalid(annotation.get(), problems);
        yield GatewayPreference.NEUTRAL;
      }
    };
  }

  private static void invalid(NodeAnnotations.Value annotation, Problems problems) {
    problems.error(
        annotation.field(),
        "InvalidValue",
        "%s is neither true nor false; taken for absent".formatted(Quote.of(annotation.value())));
  }
}
