package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.api.server.ApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus against a real API server with the manifests of {@code deploy/}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CorpusIT {
  private ApiServer server;
  private Judge judge;

  static List<Case> valid() {
    return Case.load("valid");
  }

  static List<Case> invalid() {
    return Case.load("invalid");
  }

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    judge = new Judge(server.admin(), "weft.dev/v1alpha1");
    awaitServed(judge, List.of("WireGuardMesh", "WireGuardNode", "NodeReport", "Peer"));
  }

  static void awaitServed(Judge judge, List<String> kinds) throws InterruptedException {
    var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (var kind : kinds) {
      while (!judge.isServed(kind)) {
        if (System.nanoTime() > until) {
          throw new IllegalStateException(kind + " is not served");
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource
  void valid(Case one) {
    var answer = judge.judge(one);
    assertTrue(answer.accepted(), answer::toString);
    assertTrue(
        contains(answer.body(), one.hasChange() ? one.change() : one.object()),
        () -> "not all of it was kept: " + answer.body());
  }

  @ParameterizedTest
  @MethodSource
  void invalid(Case one) {
    var answer = judge.judge(one);
    assertTrue(
        answer.refusesAsExpected(one),
        () -> "wanted " + one.field() + ": …" + one.says() + "…, got " + answer);
  }

  @Test
  void samplesAreAccepted() throws IOException, InterruptedException {
    for (var sample : List.of("mesh", "mesh-dual-stack", "peer-laptop", "peer-office")) {
      var file = ApiServer.repository().resolve("deploy/samples/" + sample + ".yaml");
      server.kubectl("create", "--dry-run=server", "-f", file.toString());
    }
  }

  @Test
  void casesHaveNamesOfTheirOwn() {
    var names = new HashSet<String>();
    for (var one : invalid()) {
      assertTrue(names.add(one.name()), one.name());
    }
  }

  private static boolean contains(JsonNode whole, JsonNode part) {
    if (part.isObject()) {
      return part.properties().stream()
          .allMatch(e -> contains(whole.path(e.getKey()), e.getValue()));
    }
    if (part.isArray()) {
      for (var i = 0; i < part.size(); i++) {
        if (!contains(whole.path(i), part.get(i))) {
          return false;
        }
      }
      return true;
    }
    return part.equals(whole);
  }
}
