package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.ReachabilityMatrix;
import dev.weft.e2e.probe.SequencedTraffic;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Home's line loses every tenth packet in each direction; where the kernel has netem it delays,
 * doubles and reorders them as well. That is a bad line and nothing else: no other cloud's, no
 * narrower path, no dead gateway.
 */
@ExtendWith(SharedLab.class)
class BadLineE2E {
  private static final int PERCENT = 10;
  private static final int PER_SECOND = 100;
  private static final int SECONDS = 15;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * Of a probe and its answer, one in five is lost. Four tunnels send one each every ten seconds,
   * so that for this time all are answered once in ten million runs.
   */
  private static final Duration PROBES_LIMIT = Duration.ofMinutes(3);

  /** A megabyte in packets that fill the tunnel, over TCP, from one cloud to another. */
  private static final int BYTES = 1_000_000;

  @AfterEach
  void aGoodLineAgain() {
    SharedLab.lab().faults().calm("home");
    SharedLab.assertWell();
  }

  @Test
  void aBadLineIsTakenForNothingElse() {
    SharedLab.assertWell();
    var roles = roles();
    double lostBefore = probesLostOnHomesLine();
    var done = SharedLab.lab().faults().disturb("home", PERCENT);
    System.out.println("measured: line of home: " + done);
    var home = SharedLab.pod("home-1");
    var aws = SharedLab.pod("aws-1");
    var gcp = SharedLab.pod("gcp-1");
    var flows =
        List.of(
            new Direction(home, aws),
            new Direction(aws, home),
            new Direction(aws, gcp),
            new Direction(gcp, aws));
    try (var traffic = SequencedTraffic.start(flows, PER_SECOND, PER_SECOND * SECONDS)) {
      transfer("aws-1", "home-1");
      for (var loss : traffic.join()) {
        System.out.println("measured: " + loss);
        if (loss.flow().contains("home")) {
          int percent = 100 * loss.lost() / loss.sent();
          assertTrue(percent >= PERCENT / 2 && percent <= PERCENT * 2, loss::toString);
        } else {
          assertEquals(0, loss.lost(), loss::toString);
        }
      }
    }
    assertTrue(
        Wait.holds(LIMIT, () -> ReachabilityMatrix.measure(SharedLab.lab().endpoints()).complete()),
        () -> ReachabilityMatrix.measure(SharedLab.lab().endpoints()).table());
    assertTrue(
        Wait.holds(PROBES_LIMIT, () -> probesLostOnHomesLine() > lostBefore),
        () -> "no probe is said to be lost: " + tunnel(SharedLab.gateway("aws")));
    if (done.startsWith("netem")) {
      // Twice what the line takes, less its spread; but those that overtake aren't delayed.
      assertTrue(
          Wait.holds(LIMIT, () -> tunnel(SharedLab.gateway("aws")).roundTripSeconds() > 0.055),
          () -> "the line's delay is not told: " + tunnel(SharedLab.gateway("aws")));
    }
    System.out.println("measured: tunnel to home: " + tunnel(SharedLab.gateway("aws")));
    assertEquals(roles, roles());
    for (var node : SharedLab.lab().inventory().nodes()) {
      var routes = SharedLab.on(node.name(), "ip route show table 7050");
      assertFalse(routes.contains("mtu"), () -> node.name() + " took a path for narrow: " + routes);
    }
  }

  /** Sends random bytes, and compares what came. */
  private static void transfer(String from, String to) {
    long start = System.nanoTime();
    var sum =
        CompletableFuture.supplyAsync(
            () -> in(to, "timeout 120 socat -u TCP-LISTEN:9000,reuseaddr - | sha256sum"));
    assertTrue(Wait.holds(LIMIT, () -> in(to, "ss -Hltn").contains(":9000 ")));
    var sent =
        in(
            from,
            """
            bytes=$(mktemp) && head -c %1$d /dev/urandom > $bytes
            sha256sum < $bytes
            timeout 120 socat -u OPEN:$bytes TCP:%2$s:9000
            rm $bytes"""
                .formatted(BYTES, SharedLab.pod(to).address()));
    assertEquals(sent, sum.join());
    System.out.printf(
        "measured: %d bytes by TCP in %d ms%n", BYTES, (System.nanoTime() - start) / 1_000_000);
  }

  private static String in(String node, String script) {
    return Shell.script(SharedLab.lab().pod(new PodName(node, "a")), script).orThrow().strip();
  }

  private static List<String> roles() {
    return Stream.of("aws", "gcp", "home").map(SharedLab::gateway).toList();
  }

  /** What a node's agent says of its tunnel to home-1. */
  private record Tunnel(double probesLost, double roundTripSeconds) {}

  private static Tunnel tunnel(String node) {
    var page = metrics(node);
    return new Tunnel(
        value(page, "weft_tunnel_probes_lost_total", "home-1"),
        value(page, "weft_tunnel_round_trip_seconds", "home-1"));
  }

  /** Probes that are said to be lost in the four tunnels that take home's line. */
  private static double probesLostOnHomesLine() {
    double lost = 0;
    for (var cloud : List.of("aws", "gcp")) {
      var gateway = SharedLab.gateway(cloud);
      lost += value(metrics(gateway), "weft_tunnel_probes_lost_total", "home-1");
      lost += value(metrics("home-1"), "weft_tunnel_probes_lost_total", gateway);
    }
    return lost;
  }

  private static String metrics(String node) {
    return SharedLab.on(node, "curl -sf http://127.0.0.1:9586/metrics");
  }

  private static double value(String page, String metric, String peer) {
    var found = Pattern.compile(metric + "\\{peer=\"" + peer + "\"} (\\S+)").matcher(page);
    assertTrue(found.find(), () -> "no %s of %s in%n%s".formatted(metric, peer, page));
    return Double.parseDouble(found.group(1));
  }
}
