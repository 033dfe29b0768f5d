package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What may be done to a mesh without costing a packet between others: each is done, seen in the
 * kernel of a node that it is for, taken back, and seen to be gone.
 */
final class Disturbances {
  private static final int PATIENCE = 60;
  private static final String KEY = "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private final Lab lab;

  Disturbances(Lab lab) {
    this.lab = lab;
  }

  /** One of them. */
  record DriftDetector(String name, Runnable run) {}

  /**
   * Those that take seconds.
   *
   * @param seconds for how long the operator and the API server are away
   */
  List<DriftDetector> brief(int seconds) {
    return List.of(
        new DriftDetector("a Peer and a Node come and go", this::strangers),
        new DriftDetector("a Peer's endpoint changes", this::endpoint),
        new DriftDetector("the mesh's MTU changes", this::mtu),
        new DriftDetector("the mesh's keepalive changes", this::keepalive),
        new DriftDetector("the operator is away", () -> operatorAway(seconds)),
        new DriftDetector("the API server is away", () -> apiServerAway(seconds)));
  }

  /** These, and one by one the agents are restarted. */
  List<DriftDetector> all(int seconds) {
    var all = new ArrayList<>(brief(seconds));
    all.add(new DriftDetector("agents are restarted one by one", this::restart));
    return all;
  }

  private void strangers() {
    lab.kubectl()
        .apply(
            peer("unrelated", "")
                + """
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: unrelated, labels: {topology.kubernetes.io/region: elsewhere}}
                spec: {podCIDR: 10.42.200.0/24, podCIDRs: [10.42.200.0/24]}
                """);
    onEvery("ip route show table all | grep -q '^10.5.0.1 '");
    delete("peer.weft.dev/unrelated", "node/unrelated");
    onEvery("! ip route show table all | grep -q '^10.5.0.1 '");
  }

  private void endpoint() {
    var gateway = SharedLab.gateway(lab, "gcp").orElseThrow();
    for (var endpoint : List.of("192.0.2.200:1001", "198.51.100.200:1002")) {
      lab.kubectl()
          .apply(
              peer(
                  "moving",
                  "\n  endpoint: {host: %s, port: %s}".formatted((Object[]) endpoint.split(":"))));
      awaitOn(gateway, "wg show weft0 endpoints | grep -qF " + endpoint);
    }
    delete("peer.weft.dev/moving");
    awaitOn(gateway, "! wg show weft0 peers | grep -qF " + KEY);
  }

  private void mtu() {
    var before =
        Shell.script(lab.machine("gcp-1"), "cat /sys/class/net/weft0/mtu").orThrow().strip();
    SharedLab.patch(lab, "{\"device\":{\"mtu\":1300}}");
    onEvery("test $(cat /sys/class/net/weft0/mtu) = 1300");
    SharedLab.patch(lab, "{\"device\":{\"mtu\":null}}");
    onEvery("test $(cat /sys/class/net/weft0/mtu) = " + before);
  }

  private void keepalive() {
    SharedLab.patch(lab, "{\"persistentKeepalive\":\"7s\"}");
    awaitOn("home-1", "wg show weft0 persistent-keepalive | grep -qw 7");
    SharedLab.patch(lab, "{\"persistentKeepalive\":\"25s\"}");
    awaitOn("home-1", "! wg show weft0 persistent-keepalive | grep -qw 7");
  }

  private void operatorAway(int seconds) {
    lab.faults().stopOperator();
    sleep(seconds);
    lab.faults().startOperator();
  }

  private void apiServerAway(int seconds) {
    lab.faults().stopApiServer();
    sleep(seconds);
    lab.faults().startApiServer();
  }

  private void restart() {
    lab.rollOut(Duration.ofSeconds(PATIENCE));
  }

  private static String peer(String name, String more) {
    return """
    apiVersion: weft.dev/v1alpha1
    kind: Peer
    metadata: {name: %s}
    spec:
      publicKey: %s
      allowedIPs: [10.5.0.1/32]%s
    """
        .formatted(name, KEY, more);
  }

  private void delete(String... objects) {
    for (var object : objects) {
      lab.kubectl().run("delete", "--ignore-not-found", object).orThrow();
    }
  }

  private void onEvery(String script) {
    lab.inventory().nodes().forEach(n -> awaitOn(n.name(), script));
  }

  private void awaitOn(String node, String script) {
    Wait.until(node + ": " + script, PATIENCE, () -> Shell.script(lab.machine(node), script).ok());
  }

  private static void sleep(int seconds) {
    try {
      Thread.sleep(seconds * 1_000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
