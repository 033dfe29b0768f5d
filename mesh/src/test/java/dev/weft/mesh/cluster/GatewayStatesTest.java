package dev.weft.mesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Two gateways in aws and in gcp, one in home: {@link Clouds#three()}. */
class GatewayStatesTest {
  private static Clouds reporting(BiPredicate<String, String> answers) {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 2)));
    clouds.publish();
    Agents.apply(clouds, clouds.publish().view(Clouds.MESH).orElseThrow(), answers);
    return clouds;
  }

  private static Map<String, NodeReportSpec> reports(Clouds clouds) {
    var reports = new HashMap<String, NodeReportSpec>();
    clouds.snapshot().nodes().forEach(n -> n.report().forEach(r -> reports.put(n.name(), r)));
    return reports;
  }

  private static List<String> aws(Clouds clouds, Map<String, NodeReportSpec> reports) {
    return GatewayStates.of(clouds.view(), reports).getOrDefault("aws", List.of()).stream()
        .map(g -> g.node() + " " + g.ordinal() + " " + g.state())
        .toList();
  }

  private static List<String> aws(Clouds clouds) {
    return aws(clouds, reports(clouds));
  }

  @Test
  void aGatewayThatAnswersOneOfTheOthersIsReady() {
    assertEquals(List.of("aws-1 0 Ready", "aws-2 1 Ready"), aws(reporting((from, to) -> true)));
    assertEquals(
        List.of("aws-1 0 Ready", "aws-2 1 Ready"),
        aws(reporting((from, to) -> !to.equals("aws-2") || from.equals("home-1"))));
  }

  @Test
  void aGatewayThatNobodyElsewhereHearsIsOut() {
    assertEquals(
        List.of("aws-1 0 Ready", "aws-2 1 Out"), aws(reporting((from, to) -> !to.equals("aws-2"))));
  }

  @Test
  void aGatewayOfWhichNothingIsReportedIsUnknown() {
    assertEquals(
        List.of("aws-1 0 Unknown", "aws-2 1 Unknown"),
        aws(reporting((from, to) -> true), Map.of()));
  }

  @Test
  void aGatewayThatDrainsIsDraining() {
    var clouds = reporting((from, to) -> true);
    clouds.change("aws-1", n -> NodeEdits.cordoned(n, true));
    assertEquals(List.of("aws-1 0 Draining", "aws-2 1 Ready"), aws(clouds));
  }

  @Test
  void withOneGatewayPerLocationNothingIsSaid() {
    assertEquals(Map.of(), GatewayStates.of(Clouds.three().view(), Map.of()));
  }
}
