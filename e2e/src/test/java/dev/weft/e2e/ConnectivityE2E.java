package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.capture.Kind;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pod reaches every other, and nothing but ciphertext crosses the internet. */
@ExtendWith(SharedLab.class)
class ConnectivityE2E {
  private static final Duration SOON = Duration.ofSeconds(3);

  @AfterAll
  static void backToLocation() {
    SharedLab.granularity("Location");
  }

  @AfterEach
  void plantedPacketsAreForgotten() {
    SharedLab.lab().forgetCaptures();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Location", "Full", "Cross", "Location"})
  void everyPodReachesEveryOtherInEveryGranularity(String granularity) {
    SharedLab.granularity(granularity);
    var status = SharedLab.assertWell();
    assertEquals(90, status.matrix().pairs());
    assertTrue(status.internet().count(Kind.WIREGUARD) > 0);
  }

  @Test
  void nodesAreReachedByTheirInternalAddresses() {
    var script = "ping -c 1 -W 2 10.2.0.11 && ping -c 1 -W 2 192.168.77.11";
    assertTrue(SharedLab.holdsOn("aws-1", script));
    assertTrue(SharedLab.lab().internetVerdict().clean());
  }

  @Test
  void aPlantedPlaintextPacketIsCaught() {
    var lab = SharedLab.lab();
    Shell.script(
            lab.pod(new PodName("aws-1", "a")),
            "echo plaintext | socat -u - UDP:198.51.100.11:4000")
        .orThrow();
    assertTrue(Wait.holds(SOON, () -> !lab.internetVerdict().clean()));
    var verdict = lab.internetVerdict();
    var reason = verdict.violations().getFirst().reason();
    assertTrue(reason.contains("> 198.51.100.11:4000"), reason);
  }

  @Test
  void aPlantedPrivatePacketIsCaught() {
    var lab = SharedLab.lab();
    Shell.script(
            lab.directory().router("cloud-home"),
            "echo private | socat -u - UDP:10.42.1.2:51820,sourceport=51820")
        .orThrow();
    assertTrue(Wait.holds(SOON, () -> !lab.internetVerdict().clean()));
    var verdict = lab.internetVerdict();
    assertTrue(verdict.violations().getFirst().reason().startsWith("private address"));
  }
}
