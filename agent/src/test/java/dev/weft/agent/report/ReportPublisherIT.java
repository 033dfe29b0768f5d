package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.Published;
import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The own report is written again, whoever removed or changed it. */
class ReportPublisherIT {
  private static ApiServer server;
  private static KubernetesClient admin;
  private static KubernetesClient agent;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
    agent = server.on("n-1", "weft-agents", "weft-agent");
  }

  @AfterAll
  static void stop() {
    agent.close();
    server.close();
  }

  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 20 s: " + what);
      Thread.sleep(50);
    }
  }

  private static String revision() {
    var report = admin.resources(NodeReport.class).withName("n-1").get();
    return report == null ? "" : String.valueOf(report.getSpec().appliedRevision());
  }

  @Test
  void aReportThatIsDeletedOrChangedIsWrittenAgain() throws InterruptedException {
    var observation =
        new Observation(
            List.of(new OwnDevice(DeviceId.DEFAULT, new PublicKey(Published.key("a")), 51820)),
            new NodeFactsReport("6.12", null, null, "test", List.of(), List.of()),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            "r1",
            List.of());
    try (var publisher =
        new ReportPublisher(agent, "n-1", new Supervision(), Duration.ofMillis(500))) {
      publisher.start();
      publisher.offer(observation);
      until("first report", () -> revision().equals("r1"));
      admin.resources(NodeReport.class).withName("n-1").delete();
      until("written again", () -> revision().equals("r1"));
      admin
          .resources(NodeReport.class)
          .withName("n-1")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"appliedRevision\":\"r0\"}}");
      until("corrected", () -> revision().equals("r1"));
      until("all counted", () -> publisher.writes() == 3);
      Thread.sleep(1_500); // three looks
      assertEquals(3, publisher.writes(), "what is as written is not written again");
    }
  }
}
