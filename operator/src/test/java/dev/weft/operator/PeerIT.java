package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What Peers are told. */
final class PeerIT extends OperatorFixture {
  @Test
  void aPeerThatClaimsAPodCidrIsToldAndDisturbsNobody() throws InterruptedException {
    awaitThreeClouds();
    cloud.mesh(peer("good", "192.168.77.0/24"));
    await(SOON, () -> accepted("good").isPresent(), () -> "good has no condition");
    var before = versions();
    cloud.mesh(peer("thief", "10.42.3.0/24"));
    await(
        SOON,
        () -> accepted("thief").filter(c -> c.getStatus().equals("False")).isPresent(),
        () -> "thief: " + accepted("thief"));
    var condition = accepted("thief").orElseThrow();
    assertTrue(condition.getMessage().contains("10.42"), condition.getMessage());
    assertTrue(condition.getMessage().contains("spec.allowedIPs"), condition.getMessage());
    awaitEvent("thief", condition.getReason(), "10.42");
    var after = versions();
    before.forEach(
        (name, version) -> {
          if (name.startsWith("WireGuardNode/") || name.equals("Peer/good")) {
            assertEquals(version, after.get(name), name);
          }
        });
  }

  @Test
  void aPeerWithoutAMeshIsTold() throws InterruptedException {
    cloud.mesh(peer("lonely", "192.168.77.0/24").replace("spec: {", "spec: {mesh: nowhere, "));
    await(
        SOON,
        () -> accepted("lonely").filter(c -> c.getStatus().equals("False")).isPresent(),
        () -> "lonely: " + accepted("lonely"));
    assertTrue(accepted("lonely").orElseThrow().getMessage().contains("nowhere"));
  }
}
