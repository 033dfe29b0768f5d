package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.AuditedRequest;
import dev.weft.api.v1alpha1.Peer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator that stood still for longer than its Lease lasts, while another began to lead. */
class WriteFenceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

  /** So many that the first is frozen amid its writes. */
  private static final int PEERS = 150;

  @TempDir static Path folder;
  private static ApiServer server;
  private static KubernetesClient admin;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void peers(String name, int count) {
    for (int i = 0; i < count; i++) {
      new TestCloud(admin)
          .mesh(OperatorFixture.peer(name + i, "192.168.%d.0/24".formatted(i + 60)));
    }
  }

  private static long accepted(String name) {
    return admin.resources(Peer.class).list().getItems().stream()
        .filter(p -> p.getMetadata().getName().startsWith(name) && p.getStatus() != null)
        .count();
  }

  private static String leader() {
    var lease = admin.leases().inNamespace("weft-system").withName("weft-operator").get();
    return lease == null ? "" : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }

  /** What a Pod's token has written. */
  private static List<AuditedRequest> writesOf(String operator) {
    try {
      return server.requests().stream()
          .filter(r -> r.pod().equals("weft-operator-" + operator))
          .filter(r -> WRITES.contains(r.verb()) && r.code() < 300)
          .filter(r -> !r.resource().startsWith("selfsubject")) // a question
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aThawedOperatorWritesNothingBesideTheOneThatLeadsNow() throws Exception {
    var cloud = new TestCloud(admin);
    cloud.threeClouds();
    cloud.mesh(OperatorFixture.MESH);
    try (var first = OperatorProcess.start(server, "first", folder)) {
      await(PATIENCE, () -> cloud.published("home-1") != null, first::log);
      assertEquals("first", leader());
      try (var second = OperatorProcess.start(server, "second", folder)) {
        await(PATIENCE, () -> second.log().contains("health on port"), second::log);
        peers("early-", PEERS);
        await(PATIENCE, () -> accepted("early-") > 0, first::log);
        first.freeze();
        assertEquals(List.of(), writesOf("second"), "it only stands by");
        System.out.println(
            "measured: frozen when so many Peers of "
                + PEERS
                + " had a status: "
                + accepted("early-"));
        await(PATIENCE, () -> leader().equals("second"), second::log);
        await(PATIENCE, () -> accepted("early-") == PEERS, second::log);

        int before = writesOf("first").size();
        first.thaw();
        peers("late-", 30); // which both are told of
        await(PATIENCE, () -> accepted("late-") == 30, second::log);
        await(
            PATIENCE,
            () -> first.log().contains("a term ended"),
            () -> "the first does not notice:\n" + first.log());
        peers("last-", 10);
        await(PATIENCE, () -> accepted("last-") == 10, second::log);
        var after = writesOf("first").subList(before, writesOf("first").size());
        System.out.println("measured: writes of a thawed operator: " + after);
        // What had passed the fence when the process was frozen is on its way (ADR 82).
        assertTrue(after.size() <= 1, after::toString);
        assertEquals("second", leader());
        assertTrue(first.isAlive(), first::log);
      }
    }
  }
}
