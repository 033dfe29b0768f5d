package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.mesh.plan.MeshPlan;
import dev.weft.mesh.problem.Problem;
import dev.weft.operator.observe.Observation;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many nodes, Peers and problems there are of each sort. Pure. */
final class Census {
  private static final String UNKNOWN = "Unknown";

  private Census() {}

  /** By role, Ready, and its reason. */
  static Map<List<String>, Long> nodes(
      Observation seen, MeshPlan plan, Map<String, WireGuardNodeStatus> statuses) {
    var sorts = new HashMap<String, List<String>>();
    for (var decision : plan.nodes()) {
      var name = decision.name();
      var role = decision.spec().isEmpty() ? "None" : text(decision.spec().getFirst().role());
      var ready =
          condition(conditions(statuses.get(name), seen.wireGuardNodes().get(name)), "Ready");
      sorts.put(name, List.of(role, ready.getStatus(), ready.getReason()));
    }
    return counted(sorts);
  }

  private static String text(NodeRole role) {
    return switch (role) {
      case GATEWAY -> "Gateway";
      case MEMBER -> "Member";
    };
  }

  private static List<Condition> conditions(
      @Nullable WireGuardNodeStatus judged, @Nullable WireGuardNode published) {
    if (judged != null) {
      return judged.conditions();
    }
    var said = published == null ? null : published.getStatus();
    return said == null ? List.of() : said.conditions();
  }

  /** By Accepted, Connected, and the reason of the first; as last published. */
  static Map<List<String>, Long> peers(Observation seen) {
    var sorts = new HashMap<String, List<String>>();
    seen.peers().forEach((name, peer) -> sorts.put(name, sort(peer)));
    return counted(sorts);
  }

  private static List<String> sort(Peer peer) {
    var status = peer.getStatus();
    List<Condition> said = status == null ? List.of() : status.conditions();
    var accepted = condition(said, "Accepted");
    return List.of(
        accepted.getStatus(), condition(said, "Connected").getStatus(), accepted.getReason());
  }

  /** Meshes whose condition Redundant is False, by its reason; as last published. */
  static Map<List<String>, Long> notRedundant(Observation seen) {
    return seen.meshes().values().stream()
        .flatMap(mesh -> Stream.ofNullable(mesh.getStatus()))
        .flatMap(status -> Conditions.find(status.conditions(), "Redundant").stream())
        .filter(c -> "False".equals(c.getStatus()))
        .collect(Collectors.groupingBy(c -> List.of(c.getReason()), Collectors.counting()));
  }

  /** By kind of object and reason. */
  static Map<List<String>, Long> problems(List<Problem> problems) {
    return problems.stream()
        .collect(Collectors.groupingBy(p -> List.of(p.kind(), p.reason()), Collectors.counting()));
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return Conditions.find(conditions, type)
        .orElseGet(() -> new Condition(null, "", null, UNKNOWN, UNKNOWN, type));
  }

  private static Map<List<String>, Long> counted(Map<String, List<String>> sorts) {
    return sorts.values().stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
