package dev.weft.mesh.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * aws has the gateways aws-1, aws-2, which drains, and aws-3, and the member aws-4, gcp has two
 * gateways, home one.
 */
class GraphLanesTest {
  private static MeshGraph graph(int gateways) {
    var clouds = Clouds.three().gatewaysPerLocation(gateways);
    clouds.node("aws-3", "aws", "10.1.0.13/24", "192.0.2.13", "10.42.6.0/24", Map.of());
    clouds.node("aws-4", "aws", "10.1.0.14/24", "192.0.2.14", "10.42.7.0/24", Map.of());
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 2)));
    clouds.publish();
    clouds.publish();
    clouds.change("aws-2", n -> NodeEdits.cordoned(n, true));
    var view = clouds.publish().view(Clouds.MESH).orElseThrow();
    Agents.apply(clouds, view);
    var state =
        new ClusterState(
            clouds.snapshot(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            AccessState.UNKNOWN);
    return MeshGraph.of(state, view, NodePlans.of(state, view, new ArrayList<>()));
  }

  private static Stream<String> forms(MeshGraph graph) {
    return Stream.of(
        GraphText.terminal(graph),
        GraphText.dot(graph),
        GraphText.mermaid(graph),
        GraphSvg.of(graph));
  }

  private static List<String> edges(MeshGraph graph, String node) {
    return graph.edges().stream()
        .filter(e -> e.from().name().equals(node) || e.to().name().equals(node))
        .map(e -> e.from().name().equals(node) ? e.to().name() : e.from().name())
        .sorted()
        .toList();
  }

  @Test
  void eachFormNamesTheOrdinalAndTheStateOfSeveralGateways() {
    var graph = graph(2);
    forms(graph)
        .forEach(
            text -> {
              assertTrue(text.contains("aws-1 (0"), text);
              assertTrue(text.contains("aws-2 (1, Draining)"), text);
              assertFalse(text.contains("aws-4 ("), text);
            });
  }

  @Test
  void eachPairOfGatewaysHasItsLaneAndAMemberItsGateways() {
    var graph = graph(2);
    assertEquals(
        List.of("aws-4"),
        graph.groups().getFirst().vertices().stream()
            .filter(v -> !v.gateway())
            .map(MeshGraph.Vertex::name)
            .toList());
    assertTrue(
        edges(graph, "aws-1").containsAll(List.of("gcp-1", "gcp-2", "home-1")), graph::toString);
    assertTrue(
        edges(graph, "aws-2").containsAll(List.of("gcp-1", "gcp-2", "home-1")), graph::toString);
    assertEquals(List.of("aws-1", "aws-2", "aws-3"), edges(graph, "aws-4"));
  }

  @Test
  void withOneGatewayPerLocationNamesStandAlone() {
    var graph = graph(1);
    forms(graph).forEach(text -> assertFalse(text.contains("(0"), text));
    assertEquals(1, edges(graph, "aws-3").size());
  }
}
