package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.SequencedTraffic;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accidents are not orders: under 1000 packets a second between all clouds, and to and from a Peer,
 * each costs none, and afterwards all is as it was and goes on by itself.
 */
@ExtendWith(SharedLab.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccidentContract {
  private static final int PER_SECOND =
      Integer.parseInt(System.getenv().getOrDefault("WEFT_TRAFFIC_RATE", "1000"));

  /** A name that no other client of the shared lab has. */
  private static final String PHONE = "roamer";

  /** Seconds: more than one accident and its repair take. */
  private static final int LONGEST = 400;

  @TempDir static Path folder;
  private Phone phone;
  private BackupCommands backup;

  @BeforeAll
  void prepare() {
    assumeTrue(BackupCommands.canRun(), "jq is not installed");
    SharedLab.assertWell();
    phone = Phone.connect(SharedLab.lab(), PHONE, 111, folder);
    backup = new BackupCommands(SharedLab.lab(), folder);
    backup.backUp();
    SharedLab.lab().faults().startControllers(Accidents.controllers());
  }

  @AfterAll
  void clear() {
    SharedLab.lab().faults().stopControllers();
    if (phone != null) {
      phone.disconnect();
    }
    SharedLab.lab().kubectl().run("delete", "wgp", "--all").orThrow();
    SharedLab.assertWell();
  }

  /** The accidents, each with that many seconds until somebody repairs it. */
  Accidents accidents(int seconds) {
    return new Accidents(SharedLab.lab(), backup, seconds);
  }

  /** Each has its own traffic, and has to leave all as it was. */
  void nothingIsLost(Accidents.Accident accident) throws InterruptedException {
    var before = published();
    var kernel = identities();
    var pod = SharedLab.pod("gcp-1");
    var directions = new ArrayList<>(SequencedTraffic.betweenAll(SharedLab.onePodPerCloud()));
    directions.add(new Direction(phone.endpoint(), pod));
    directions.add(new Direction(pod, phone.endpoint()));
    try (var traffic =
        new UnderTraffic(() -> overflows(), List.copyOf(directions), PER_SECOND, LONGEST)) {
      traffic.during(accident.name(), accident.run());
      traffic.during("after " + accident.name() + ": a Peer and a Node come and go", this::goesOn);
      traffic.endAndAssertNothingLost();
    }
    SharedLab.assertWell();
    Wait.look(Duration.ofMinutes(1), this::published, now -> now.equals(before));
    assertEquals(before, published(), "what is published is as it was");
    assertEquals(kernel, identities(), "devices, addresses and peers are as they were");
  }

  private Map<String, Integer> overflows() {
    var all = UnderTraffic.overflows(SharedLab.lab());
    all.put(PHONE, phone.overflowed());
    return all;
  }

  private void goesOn() {
    new Disturbances(SharedLab.lab()).brief(1).getFirst().run().run();
  }

  /** The spec of each WireGuardNode, and what of each Peer is in force. */
  private Map<String, JsonNode> published() {
    Map<String, JsonNode> specs = new TreeMap<>();
    for (var item : SharedLab.lab().kubectl().get("wgn,wgp").path("items")) {
      var name = item.path("kind").asText() + " " + item.at("/metadata/name").asText();
      boolean isPeer = item.path("kind").asText().equals("Peer");
      specs.put(name, isPeer ? item.at("/status/effective") : item.path("spec"));
    }
    return specs;
  }

  private static List<String> identities() {
    return SharedLab.lab().inventory().nodes().stream()
        .map(
            node ->
                SharedLab.on(
                    node.name(),
                    "cat /sys/class/net/weft0/ifindex; ip -br addr show dev weft0;"
                        + " wg show weft0 allowed-ips | sort"))
        .toList();
  }
}
