package dev.weft.mesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.cluster.DrainProgress.Part;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.MeshInput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** aws-1 and aws-2, gcp-1 and gcp-2, home-1: {@link Clouds#three()}. */
class DrainProgressTest {
  private static ClusterState state(Clouds clouds) {
    var snapshot = clouds.snapshot();
    var meshes =
        snapshot.meshes().stream()
            .map(m -> new MeshInput(m.name(), m.createdAt(), m.spec(), List.of(m.spec())))
            .toList();
    return new ClusterState(
        new ClusterSnapshot(
            meshes,
            snapshot.nodes(),
            snapshot.peers(),
            snapshot.unresolvedNames(),
            snapshot.nowEpochSecond(),
            snapshot.apiServers(),
            snapshot.reservedNames()),
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        AccessState.UNKNOWN);
  }

  private static Clouds one() {
    var clouds = Clouds.three();
    turn(clouds);
    return clouds;
  }

  private static Clouds several() {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 2)));
    turn(clouds);
    turn(clouds);
    return clouds;
  }

  /** The operator publishes, and all agents apply it. */
  private static void turn(Clouds clouds) {
    Agents.apply(clouds, clouds.publish().view(Clouds.MESH).orElseThrow());
  }

  private static void drain(Clouds clouds, String node) {
    clouds.change(node, n -> NodeEdits.annotated(n, "weft.dev/drain", "true"));
  }

  private static DrainProgress waiting(Clouds clouds, String node, Part part, String text) {
    var progress = DrainProgress.of(state(clouds), node, part);
    assertFalse(progress.isSafe(), progress::text);
    assertTrue(progress.text().contains(text), progress::text);
    return progress;
  }

  @Test
  void theOnlyGatewayIsSafeToStopWhenAllAgentsHaveAppliedThatAnotherIs() {
    var clouds = one();
    assertEquals(Part.ALONE, DrainProgress.part(state(clouds), "aws-1"));
    drain(clouds, "aws-1");
    waiting(clouds, "aws-1", Part.ALONE, "until the operator has acted");
    var revision = clouds.publish().view(Clouds.MESH).orElseThrow().revision();
    waiting(clouds, "aws-1", Part.ALONE, "aws-1, aws-2, gcp-1, gcp-2, home-1");
    clouds.change("home-1", n -> NodeEdits.liveness(n, Liveness.EXPIRED));
    for (var node : List.of("aws-1", "aws-2", "gcp-1")) {
      Agents.applied(clouds, node, revision);
    }
    waiting(clouds, "aws-1", Part.ALONE, "have applied it: gcp-2");
    Agents.applied(clouds, "gcp-2", revision);
    var done = DrainProgress.of(state(clouds), "aws-1", Part.ALONE);
    assertTrue(done.isSafe(), done::text);
  }

  @Test
  void aGatewayThatNobodyCanReplaceKeepsItsRoleAndIsSaidTo() {
    var clouds = one();
    drain(clouds, "home-1");
    turn(clouds);
    waiting(clouds, "home-1", Part.ALONE, "NoSuccessor: no other node of location home");
  }

  @Test
  void oneOfSeveralIsSafeToStopWhenItsDrainHasEnded() {
    var clouds = several();
    assertEquals(Part.ONE_OF_SEVERAL, DrainProgress.part(state(clouds), "aws-1"));
    drain(clouds, "aws-1");
    waiting(clouds, "aws-1", Part.ONE_OF_SEVERAL, "that it drains is being published");
    clouds.publish();
    waiting(clouds, "aws-1", Part.ONE_OF_SEVERAL, "have applied what is published");
    turn(clouds);
    turn(clouds);
    clouds.publish();
    var done = DrainProgress.of(state(clouds), "aws-1", Part.ONE_OF_SEVERAL);
    assertTrue(done.isSafe(), done::text);
  }

  @Test
  void aMemberHasNothingToWaitFor() {
    var clouds = one();
    assertEquals(Part.NONE, DrainProgress.part(state(clouds), "aws-2"));
    var progress = DrainProgress.of(state(clouds), "aws-2", Part.NONE);
    assertEquals("Node aws-2 is not a gateway of location aws", progress.text());
    assertTrue(progress.isSafe());
  }
}
