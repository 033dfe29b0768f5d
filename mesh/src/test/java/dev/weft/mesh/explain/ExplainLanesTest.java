package dev.weft.mesh.explain;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedLink;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Packets from aws-1 to a pod on gcp-3, a member behind the gateways gcp-1 and gcp-2. */
class ExplainLanesTest {
  private static String explained(BiPredicate<String, String> answers) {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    clouds.node("gcp-3", "gcp", "10.2.0.13/24", "", "10.42.7.0/24", Map.of());
    clouds
        .snapshot()
        .nodes()
        .forEach(
            n -> clouds.change(n.name(), i -> withLinks(clouds, NodeEdits.reportingLanes(i, 2))));
    clouds.publish();
    var view = clouds.publish().view(Clouds.MESH).orElseThrow();
    Agents.apply(clouds, view, answers);
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
    var explanation = Explainer.explain(state, view, "10.42.1.7", "10.42.7.7");
    return explanation.there().toString();
  }

  private static NodeInput withLinks(Clouds clouds, NodeInput node) {
    var links =
        clouds.facts(node.name()).links().stream()
            .map(
                l ->
                    new ReportedLink(
                        l.name(), l.mtu(), l.addresses().stream().map(Object::toString).toList()))
            .toList();
    var facts =
        new NodeFactsReport(
            "6.1.0", WireGuardImplementation.KERNEL, null, "0.1.0", links, List.of());
    return NodeEdits.reports(
        node,
        node.report().stream()
            .map(r -> new NodeReportSpec(r.devices(), facts, List.of(), List.of(), null, List.of()))
            .toList());
  }

  @Test
  void theFirstLaneIsShownWhileItAnswers() {
    assertTrue(explained((from, to) -> true).contains("belongs to peer gcp-1"));
  }

  @Test
  void aLaneThatIsSilentIsNotShownAsThePath() {
    var text = explained((from, to) -> !from.equals("aws-1") || !to.equals("gcp-1"));
    assertTrue(text.contains("belongs to peer gcp-2"), text);
    assertFalse(text.contains("belongs to peer gcp-1"), text);
  }

  @Test
  void aGatewayThatHasLostAllItsLanesSendsThroughTheOther() {
    var text = explained((from, to) -> !from.equals("aws-1"));
    assertTrue(text.contains("where=aws-2"), text);
    assertFalse(text.contains("whole=false"), text);
  }
}
