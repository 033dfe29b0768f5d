package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.operator.observe.DeletedNodes;
import dev.weft.operator.observe.Observation;
import dev.weft.operator.publish.Removal.Unwanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Decides for each published node that the plan no longer has whether its removal is intended. */
final class RemovalReasons {
  private final DeletedNodes deleted;
  private final Predicate<String> meshIsDeleted;

  /**
   * Judges with this knowledge.
   *
   * @param meshIsDeleted asks the API server about a mesh that isn't in the cache; false: can't
   *     tell
   */
  RemovalReasons(DeletedNodes deleted, Predicate<String> meshIsDeleted) {
    this.deleted = deleted;
    this.meshIsDeleted = meshIsDeleted;
  }

  Removal judge(Observation seen, Map<String, WireGuardNodeSpec> planned) {
    var goneMeshes =
        seen.wireGuardNodes().values().stream()
            .map(node -> node.getSpec().mesh())
            .distinct()
            .filter(mesh -> !seen.meshes().containsKey(mesh))
            .collect(Collectors.toMap(mesh -> mesh, meshIsDeleted::test));
    List<Unwanted> unwanted = new ArrayList<>();
    for (var node : seen.wireGuardNodes().values()) {
      var name = node.getMetadata().getName();
      if (!planned.containsKey(name)) {
        var mesh = node.getSpec().mesh();
        unwanted.add(
            new Unwanted(
                mesh, name, goneMeshes.getOrDefault(mesh, false) || isMeant(node, name, seen)));
      }
    }
    var published =
        seen.wireGuardNodes().values().stream()
            .collect(Collectors.toMap(node -> node.getSpec().mesh(), node -> 1, Integer::sum));
    return Removal.of(unwanted, published);
  }

  private boolean isMeant(WireGuardNode node, String name, Observation seen) {
    var mesh = seen.meshes().get(node.getSpec().mesh());
    if (mesh == null) {
      return false;
    }
    if (!seen.nodes().containsKey(name)) {
      return deleted.contains(name);
    }
    return selectsOtherwise(mesh);
  }

  private static boolean selectsOtherwise(WireGuardMesh mesh) {
    var status = mesh.getStatus();
    return !Objects.equals(
        mesh.getSpec().nodeSelector(),
        Optional.ofNullable(status)
            .map(s -> s.effective())
            .map(e -> e.nodeSelector())
            .orElse(null));
  }
}
