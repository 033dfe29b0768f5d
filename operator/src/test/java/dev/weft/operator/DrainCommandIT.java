package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.cli.Main;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft drain} and {@code weft undrain} beside an operator and agents that report. */
final class DrainCommandIT extends OperatorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int weft(String... args) throws IOException {
    var config = server.adminAt(server.port());
    var file =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: a, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
            users: [{name: a, user: {token: %s}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            current-context: a
            """
                .formatted(config.getMasterUrl(), config.getOauthToken()));
    var all = new ArrayList<>(List.of(args));
    all.add("--kubeconfig");
    all.add(file.toString());
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var line = Main.commandLine(args);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }

  private String drained(String node) {
    var annotations = client.nodes().withName(node).get().getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault("weft.dev/drain", "");
  }

  private NodeRole role(String node) {
    return cloud.published(node).getSpec().role();
  }

  /** Runs a command while agents apply what the operator publishes. */
  private int whileAgentsApply(String... args) throws IOException {
    var agents = Executors.newSingleThreadScheduledExecutor();
    try {
      var played = new PlayedAgents(client, cloud);
      var ignored = agents.scheduleWithFixedDelay(played::apply, 0, 500, TimeUnit.MILLISECONDS);
      return weft(args);
    } finally {
      agents.shutdownNow();
    }
  }

  @Test
  void theOnlyGatewayOfALocationIsDrainedAndMayComeBack() throws Exception {
    awaitThreeClouds();
    assertEquals(NodeRole.GATEWAY, role("aws-1"));
    assertEquals(0, whileAgentsApply("drain", "aws-1", "--wait", "--timeout", "90"), out::toString);
    assertEquals(NodeRole.MEMBER, role("aws-1"));
    assertEquals(NodeRole.GATEWAY, role("aws-2"));
    assertTrue(out.toString().contains("it is safe to stop it"), out::toString);
    assertEquals("true", drained("aws-1"));
    assertEquals(0, whileAgentsApply("drain", "aws-1", "--wait", "--timeout", "90"), out::toString);
    assertTrue(out.toString().contains("drains already"), out::toString);
    assertTrue(out.toString().contains("it is safe to stop it"), out::toString);
    assertEquals(0, weft("undrain", "aws-1"));
    assertEquals("", drained("aws-1"));
    assertEquals(0, weft("undrain", "aws-1"));
    assertTrue(out.toString().contains("has no annotation"), out::toString);
  }

  @Test
  void aDrainThatHasBegunIsWaitedFor() throws Exception {
    awaitThreeClouds();
    assertEquals(0, weft("drain", "aws-1"));
    TestCloud.await(
        PATIENCE, () -> role("aws-1") == NodeRole.MEMBER, () -> "aws-1 is still a gateway");
    assertEquals(1, weft("drain", "aws-1", "--wait", "--timeout", "4"), out::toString);
    assertTrue(out.toString().contains("waits until agents have applied it"), out::toString);
    assertEquals(0, whileAgentsApply("drain", "aws-1", "--wait", "--timeout", "90"), out::toString);
  }

  @Test
  void oneOfSeveralGatewaysIsDrained() throws Exception {
    awaitThreeClouds();
    client
        .resources(WireGuardMesh.class)
        .withName("weft")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"gatewaysPerLocation\":2}}");
    for (var node : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      cloud.reportLanes(node, "", List.of());
    }
    TestCloud.await(
        PATIENCE,
        () -> cloud.published("aws-1").getSpec().devices().size() == 2,
        () -> "no lanes: " + cloud.published("aws-1").getSpec());
    assertEquals(1, weft("drain", "aws-1", "--wait", "--timeout", "4"), "no agent has applied it");
    assertTrue(out.toString().contains("agents have applied what is published"), out::toString);
    assertTrue(out.toString().contains("not safe to stop after 4 s"), out::toString);
    assertEquals(NodeRole.GATEWAY, role("aws-1"));
    assertEquals(0, whileAgentsApply("drain", "aws-1", "--wait", "--timeout", "90"), out::toString);
    assertEquals(NodeRole.MEMBER, role("aws-1"));
  }

  @Test
  void aLocationWithoutAnotherNodeIsNamed() throws Exception {
    awaitThreeClouds();
    assertEquals(1, weft("drain", "home-1", "--wait", "--timeout", "3"));
    assertTrue(out.toString().contains("NoSuccessor"), out::toString);
    assertEquals(NodeRole.GATEWAY, role("home-1"));
  }

  @Test
  void aMemberAndAnUnknownNodeHaveNothingToWaitFor() throws Exception {
    awaitThreeClouds();
    assertEquals(0, weft("drain", "aws-2", "--wait"));
    assertTrue(out.toString().contains("is not a gateway of location aws"), out::toString);
    assertEquals("true", drained("aws-2"));
    for (var command : List.of("drain", "undrain")) {
      assertEquals(2, weft(command, "nobody"));
      assertEquals(
          "weft: there is no Node 'nobody'; 'kubectl get nodes' lists them",
          err.toString().strip());
    }
    assertEquals(2, weft("drain", "aws-1", "--timeout", "0"));
    assertTrue(err.toString().contains("--timeout is 0"), err::toString);
    assertEquals("", drained("aws-1"));
  }
}
