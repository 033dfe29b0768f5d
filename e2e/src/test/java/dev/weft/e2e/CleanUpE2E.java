package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.host.HostState;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Weft leaves on a host after clean-up, and on a node of what vanished while it was dead. */
@ExtendWith(SharedLab.class)
class CleanUpE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  @AfterAll
  static void asBefore() {
    firewall("Auto");
    SharedLab.assertWell();
  }

  /**
   * What stays on purpose: the private key, with its folder and lock (removing it is for the person
   * who knows that the node won't come back); the plugins of CNI and host-local's folder, for they
   * may be another's by now; the folders of the userspace runner, which aren't the agent's; and
   * {@code src_valid_mark} of the underlay, for what it was before is not recorded. And {@code
   * send_redirects}, which Linux itself turns off for the whole namespace where a WireGuard device
   * of the kernel comes up (wg_open()), and not on again.
   */
  private static boolean isDocumented(String line) {
    return line.matches("[+-] settings: net\\.ipv4\\.conf\\.eth0\\.src_valid_mark = .*")
        || line.equals("- settings: net.ipv4.conf.all.send_redirects = 1")
        || line.equals("+ settings: net.ipv4.conf.all.send_redirects = 0")
        || line.matches("- files: d \\d+ 0:0 /var/lib/weft")
        || line.matches(
            "\\+ files: . \\d+ 0:0 (/var/lib/weft(/key|/lock)?|/opt/cni/bin/\\S+|/var/lib/cni/(networks(/weft.*)?|results)"
                + "|/run/weft(/userspace(-pids)?)?|/run/wireguard)( .*)?");
  }

  @SuppressWarnings("NullAway.Init") // JUnit calls chooseAMember() first
  private static String member;

  /** What others ask of a gateway it would answer in plain text while its rules are gone. */
  @BeforeAll
  static void chooseAMember() {
    member = SharedLab.gateway("gcp").equals("gcp-2") ? "gcp-1" : "gcp-2";
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFTables", "IPTables"})
  void theHostIsAsBefore(String backend) {
    firewall(backend);
    var readings = new ArrayList<HostState>();
    var lab = SharedLab.lab();
    lab.reinstall(
        member,
        host -> {
          // The kernel's own: the link-local address counts once it is known to be the only one.
          SharedLab.timeUntil(
              "link-local address",
              SOON,
              () -> SharedLab.holdsOn(member, "ip -6 route show table local | grep '^local fe80'"));
          readings.add(HostState.read(host));
        });
    SharedLab.assertWell();
    lab.stopPods(member);
    lab.faults().stopAgent(member);
    try {
      assertLeavesNothing(readings.getFirst());
    } finally {
      lab.faults().startAgent(member);
      lab.startPods(member);
    }
    SharedLab.assertWell();
  }

  private static void assertLeavesNothing(HostState before) {
    var lines = cleanUp();
    assertTrue(lines.contains("removed packet filter"), lines);
    assertTrue(lines.lines().noneMatch(l -> l.startsWith("kept")), lines);
    // The runner ends a wireguard-go whose request is gone within a second or two.
    var differences =
        Wait.look(
            Duration.ofSeconds(15),
            () ->
                before.differencesTo(
                    HostState.read(SharedLab.lab().machine(member)), CleanUpE2E::isDocumented),
            List::isEmpty);
    assertEquals(List.of(), differences, () -> String.join("\n", differences));
  }

  @Test
  void whatVanishedWhileTheAgentWasDeadIsNotLeft() {
    var gateway = SharedLab.gateway("gcp");
    var lab = SharedLab.lab();
    var key = "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
    lab.kubectl()
        .apply(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: passing}
            spec:
              publicKey: %s
              allowedIPs: [10.5.0.9/32, 192.168.200.0/24]
              endpoint: {host: 192.0.2.250, port: 51820}
            """
                .formatted(key));
    SharedLab.timeUntil(
        "Peer in the kernel",
        SOON,
        () -> SharedLab.holdsOn(gateway, "wg show weft0 peers | grep -F '%s'".formatted(key)));
    lab.faults().stopAgent(gateway);
    lab.kubectl().run("delete", "peer.weft.dev/passing").orThrow();
    lab.faults().startAgent(gateway);
    SharedLab.timeUntil(
        "Peer out of the kernel",
        SOON,
        () -> !SharedLab.holdsOn(gateway, "wg show weft0 peers | grep -F '%s'".formatted(key)));
    SharedLab.timeUntil(
        "nothing left of it",
        SOON,
        () ->
            HostState.read(lab.machine(gateway)).sections().values().stream()
                .flatMap(List::stream)
                .noneMatch(l -> l.contains("10.5.0.9") || l.contains("192.168.200.")));
  }

  private static String cleanUp() {
    return Shell.script(
            SharedLab.lab().machine(member),
            "JAVA_HOME='%s' '%s' --cleanup --node-name=%s 2>&1"
                .formatted(
                    System.getProperty("java.home"),
                    SharedLab.REPOSITORY.resolve("agent/weft-agent"),
                    member))
        .orThrow();
  }

  private static void firewall(String backend) {
    SharedLab.patch(SharedLab.lab(), "{\"firewall\":\"%s\"}".formatted(backend));
  }
}
