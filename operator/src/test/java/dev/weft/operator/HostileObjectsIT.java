package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Objects that an API server takes, and that stopped the operator or froze their nodes. */
final class HostileObjectsIT extends OperatorFixture {
  private static final String ALLOWING =
      MESH.replace("spec: {", "spec: {allowedLocationCIDRs: [172.16.0.0/12], ");

  private void edit(String node, UnaryOperator<NodeBuilder> edit) {
    Node changed = edit.apply(new NodeBuilder(client.nodes().withName(node).get())).build();
    client.resource(changed).update();
  }

  private static NodeBuilder annotated(NodeBuilder node, String key, String value) {
    return node.editMetadata().addToAnnotations(key, value).endMetadata();
  }

  private WireGuardNodeSpec published(String node) {
    return cloud.published(node).getSpec();
  }

  private void threeClouds() throws InterruptedException {
    cloud.threeClouds();
    cloud.mesh(ALLOWING);
    await(
        SOON,
        () ->
            client.nodes().list().getItems().stream()
                .map(n -> cloud.published(n.getMetadata().getName()))
                .allMatch(n -> n != null && !n.getSpec().devices().isEmpty()),
        () -> "not published");
  }

  @Test
  void anAnnotationOfThousandsOfLabelsStopsNobodyAlsoAfterARestart()
      throws InterruptedException, IOException {
    threeClouds();
    edit("aws-2", n -> annotated(n, "weft.dev/endpoint", "a.".repeat(1_500) + "a:51820"));
    awaitEvent("aws-2", "InvalidEndpoint", "characters");
    cloud.mesh(peer("phone", "192.168.77.0/24"));
    await(SOON, () -> accepted("phone").isPresent(), () -> "phone has no condition");
    stopOperator();
    startOperator("test", false);
    cloud.mesh(peer("tablet", "192.168.78.0/24"));
    await(SOON, () -> accepted("tablet").isPresent(), () -> "tablet has no condition");
  }

  @Test
  void aFloodOfFaultsIsAFewEventsAndHoldsNobodyUp() throws InterruptedException {
    threeClouds();
    var flood = IntStream.range(0, 35_000).mapToObj(i -> "b" + i).collect(Collectors.joining(","));
    edit("gcp-2", n -> annotated(n, "weft.dev/location-cidrs", flood));
    cloud.mesh(peer("phone", "192.168.77.0/24"));
    await(SOON, () -> accepted("phone").isPresent(), () -> "phone has no condition");
    awaitEvent("gcp-2", "MoreProblems", "more");
    var told = events().stream().filter(e -> e.getRegarding().getName().equals("gcp-2")).count();
    assertTrue(told <= 17, () -> told + " Events about gcp-2");
  }

  @Test
  void moreThanAWireGuardNodeTakesFreezesNoNode() throws InterruptedException {
    threeClouds();
    assertEquals(NodeRole.GATEWAY, published("aws-1").role());
    var prefixes =
        IntStream.range(0, 70)
            .mapToObj(i -> "172.20." + i + ".0/24")
            .collect(Collectors.joining(","));
    var node = client.nodes().withName("aws-1").get();
    var crowded = new NodeBuilder(node).editStatus();
    for (int i = 10; i < 30; i++) {
      crowded.addNewAddress("10.0.1." + i, "InternalIP");
      crowded.addNewAddress("203.0.113." + i, "ExternalIP");
    }
    client.resource(crowded.endStatus().build()).updateStatus();
    edit(
        "aws-1",
        n ->
            annotated(
                annotated(n, "weft.dev/location-cidrs", prefixes), "weft.dev/gateway", "false"));
    await(
        SOON,
        () ->
            published("aws-1").role() == NodeRole.MEMBER
                && published("aws-1").locationCIDRs().size() == 64
                && published("aws-1").internalIPs().size() == 16
                && published("aws-1").device(0).orElseThrow().endpoints().size() == 16,
        () -> "published: " + published("aws-1"));
    assertEquals(NodeRole.GATEWAY, published("aws-2").role());
    awaitEvent("aws-1", "TooMany", "172.20.64.0/24");
  }

  @Test
  void deletingAllReportsChangesNoNode() throws InterruptedException {
    threeClouds();
    awaitSettled();
    var before = specs();
    client.resources(NodeReport.class).delete();
    // Something that comes later is planned, so the loss was planned as well.
    cloud.mesh(peer("phone", "192.168.77.0/24"));
    await(SOON, () -> accepted("phone").isPresent(), () -> "phone has no condition");
    awaitSettled();
    assertEquals(before, specs());
  }

  private Map<String, WireGuardNodeSpec> specs() {
    var specs = new TreeMap<String, WireGuardNodeSpec>();
    client.nodes().list().getItems().stream()
        .map(n -> n.getMetadata().getName())
        .forEach(n -> specs.put(n, published(n)));
    return specs;
  }
}
