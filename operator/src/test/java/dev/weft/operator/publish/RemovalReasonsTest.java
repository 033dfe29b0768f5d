package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.operator.observe.DeletedNodes;
import dev.weft.operator.observe.Observation;
import dev.weft.operator.observe.PeerSecrets;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Three published nodes of mesh "main", of which the plan has none any more. */
final class RemovalReasonsTest {
  private static final List<String> NODES = List.of("a", "b", "c");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DeletedNodes deleted = new DeletedNodes();

  private static WireGuardMeshSpec spec(Map<String, String> matchLabels) {
    var fields =
        matchLabels.isEmpty()
            ? Map.of()
            : Map.of("nodeSelector", Map.of("matchLabels", matchLabels));
    return JSON.convertValue(fields, WireGuardMeshSpec.class);
  }

  private static Map<String, WireGuardMesh> mesh(
      WireGuardMeshSpec wanted, WireGuardMeshSpec effective) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName("main").build());
    mesh.setSpec(wanted);
    mesh.setStatus(new WireGuardMeshStatus(List.of(), effective, "r1", 3, 3, 0, List.of(), null));
    return Map.of("main", mesh);
  }

  private static Observation seen(Map<String, WireGuardMesh> meshes, List<String> nodes) {
    var published = new TreeMap<String, WireGuardNode>();
    for (var name : NODES) {
      var node = new WireGuardNode();
      node.setMetadata(new ObjectMetaBuilder().withName(name).build());
      node.setSpec(
          JSON.convertValue(Map.of("mesh", "main", "location", "l"), WireGuardNodeSpec.class));
      published.put(name, node);
    }
    var there = new TreeMap<String, Node>();
    nodes.forEach(n -> there.put(n, new Node()));
    return new Observation(
        there,
        meshes,
        Map.of(),
        published,
        Map.of(),
        new PeerSecrets(Map.of(), Map.of(), Map.of()),
        Map.of(),
        new ClusterSnapshot(List.of(), List.of(), List.of(), Set.of(), 0, List.of(), Map.of()),
        Instant.EPOCH);
  }

  private Removal judge(Map<String, WireGuardMesh> meshes, List<String> nodes, boolean meshGone) {
    return new RemovalReasons(deleted, mesh -> meshGone).judge(seen(meshes, nodes), Map.of());
  }

  private static Removal held() {
    return new Removal(List.of(), Map.of("main", Set.copyOf(NODES)));
  }

  @Test
  void nodesThatAreNoLongerPlannedWithoutAReasonAreHeld() {
    var same = spec(Map.of("mesh", "yes"));
    assertEquals(held(), judge(mesh(same, same), NODES, false));
  }

  /** All three at once, which without the changed selector would be held. */
  @Test
  void aChangedNodeSelectorRemovesWhatItNoLongerSelects() {
    var all = new Removal(NODES, Map.of());
    var selects = spec(Map.of("mesh", "yes"));
    assertEquals(all, judge(mesh(spec(Map.of("mesh", "other")), selects), NODES, false));
    assertEquals(all, judge(mesh(selects, spec(Map.of())), NODES, false));
    assertEquals(all, judge(mesh(spec(Map.of()), selects), NODES, false));
  }

  @Test
  void aNodeThatIsGoneIsRemovedOnlyIfItsDeletionWasSeen() {
    var same = spec(Map.of());
    assertEquals(held(), judge(mesh(same, same), List.of(), false));
    NODES.forEach(deleted::deleted);
    assertEquals(new Removal(NODES, Map.of()), judge(mesh(same, same), List.of(), false));
  }

  @Test
  void nodesOfAMeshGoWithItOnlyIfItsDeletionIsConfirmed() {
    assertEquals(held(), judge(Map.of(), NODES, false));
    assertEquals(new Removal(NODES, Map.of()), judge(Map.of(), NODES, true));
  }
}
