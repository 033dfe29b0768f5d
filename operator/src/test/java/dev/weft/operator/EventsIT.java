package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static dev.weft.operator.TestCloud.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an administrator must know is an Event, about the object in which it can be mended. */
final class EventsIT extends OperatorFixture {
  @Test
  void whatIsLeftOutOfAMeshIsTold() throws InterruptedException {
    awaitThreeClouds();
    cloud.mesh(peer("office", "192.168.77.0/24"));
    await(SOON, () -> accepted("office").isPresent(), () -> "office has no condition");

    cloud.mesh(peer("overlaps", "192.168.77.128/25"));
    cloud.mesh(peer("twin", "192.168.78.0/24").replace(key("twin"), key("office")));
    cloud.mesh(peer("greedy", "0.0.0.0/0"));
    cloud.mesh(peer("bygone", "192.168.79.0/24").replace("spec: {", EXPIRED));
    cloud.mesh(peer("lonely", "192.168.80.0/24").replace("spec: {", "spec: {mesh: nowhere, "));
    annotate("aws-2", "weft.dev/endpoint", "nowhere:99999");
    annotate("gcp-2", "weft.dev/location-cidrs", "127.0.0.0/8");
    cloud.node("twin-1", "aws", "10.0.1.1", "", "10.42.7.0/24");
    cloud.node("overlap-1", "gcp", "10.0.2.9", "", "10.42.3.0/24");
    cloud.node("clone-1", "gcp", "10.0.2.10", "", "10.42.8.0/24");
    cloud.report("clone-1", "", "gcp-1");
    cloud.node("silent-1", "aws", "10.0.1.9", "", "10.42.9.0/24");

    awaitEvent("overlaps", "OverlapsPeer", "office");
    awaitEvent("twin", "DuplicateKey", "office");
    awaitEvent("greedy", "DefaultRoute", "spec.allowedIPs");
    awaitEvent("bygone", "Expired", "2020");
    awaitEvent("lonely", "NoSuchMesh", "nowhere");
    awaitEvent("aws-2", "InvalidEndpoint", "99999");
    awaitEvent("gcp-2", "LocationCIDRNotAllowed", "127.0.0.0/8");
    awaitEvent("twin-1", "DuplicateInternalIP", "aws-1");
    awaitEvent("overlap-1", "OverlapsPodCIDR", "gcp-1");
    awaitEvent("clone-1", "DuplicateKey", "gcp-1");
    // A node that joins has a key within 15 s.
    awaitEvent(Duration.ofSeconds(30), "silent-1", "NoKey", "");
  }

  private static final String EXPIRED = "spec: {expiresAt: \"2020-01-01T00:00:00Z\", ";

  private void annotate(String node, String key, String value) {
    client
        .nodes()
        .withName(node)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
  }

  @Test
  void aMeshThatCanNotWorkAsWrittenIsTold() throws InterruptedException {
    awaitThreeClouds();
    annotate("home-1", "weft.dev/gateway", "false");
    awaitEvent("weft", "NoGateway", "home");
    cloud.mesh(MESH.replace("name: weft", "name: second").replace("10.42", "10.43"));
    awaitEvent("second", "NodeInTwoMeshes", "weft");
    assertEquals(5, client.resources(WireGuardNode.class).list().getItems().size());
  }

  @Test
  void aMeshThatIsHeldIsToldAndThatItIsReleased() throws InterruptedException, IOException {
    awaitThreeClouds();
    stopOperator();
    List.of("aws-1", "aws-2", "gcp-1").forEach(n -> client.nodes().withName(n).delete());
    startOperator("test", false);
    awaitEvent("weft", "Held", "aws-1, aws-2, gcp-1");
    List.of("aws-1", "aws-2", "gcp-1")
        .forEach(n -> client.resources(WireGuardNode.class).withName(n).delete());
    awaitEvent("weft", "Released", "again");
  }

  @Test
  void anAgentThatFallsSilentIsToldAndThatItIsHeardOfAgain() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-2", Duration.ofSeconds(2));
    // What a node says first is given some time.
    awaitEvent(Duration.ofSeconds(30), "aws-2", "AgentSilent", "look at the agent");
    cloud.renew("aws-2", Duration.ofHours(1));
    awaitEvent("aws-2", "AgentHeard", "again");
    assertTrue(events().stream().allMatch(e -> e.getNote().length() <= 1024));
  }
}
