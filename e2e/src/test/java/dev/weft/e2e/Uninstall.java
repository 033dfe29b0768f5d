package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.host.HostState;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Uninstalling as docs/install.md says, step by step, and what that leaves on the nodes. */
final class Uninstall {
  private final RealCluster cluster;
  private final Map<String, HostState> before = new TreeMap<>();

  /** Notes what nodes are like, before Weft is installed. */
  Uninstall(RealCluster cluster) {
    this.cluster = cluster;
    var states = Parallel.map(cluster.nodes(), node -> HostState.read(cluster.machine(node)));
    for (int i = 0; i < states.size(); i++) {
      before.put(cluster.nodes().get(i), states.get(i));
    }
  }

  void run() {
    var unconfirmed = cluster.kubectl().run("delete", "wireguardmesh", "--all");
    assertFalse(unconfirmed.ok(), "a mesh is deleted without a confirmation");
    kubectl("annotate", "wireguardmesh", "weft", "weft.dev/confirm-deletion=weft");
    kubectl("delete", "wireguardmesh", "weft");
    kubectl(
        "wait",
        "nodereports.weft.dev",
        "--all",
        "--timeout=5m",
        "--for=jsonpath={.spec.conditions[?(@.type==\"Clean\")].type}=Clean");
    kubectl("delete", "pods", "-A", "--field-selector", "spec.hostNetwork=false");
    var clean =
        cluster
            .kubectl()
            .run(
                Duration.ofMinutes(6),
                "wait",
                "nodereports.weft.dev",
                "--all",
                "--timeout=5m",
                "--for=jsonpath={.spec.conditions[?(@.type==\"Clean\")].status}=True");
    assertTrue(clean.ok(), () -> clean.err() + whatIsLeft());
    assertEquals(
        cluster.nodes().size(),
        cluster.kubectl().get("nodereports.weft.dev").path("items").size(),
        "NodeReports that were waited for");
    cluster.helm().run("uninstall", "weft", "-n", "weft-system").orThrow();
    cluster.helm().run("uninstall", "weft-crds", "-n", "weft-system").orThrow();
    kubectl("delete", "crd", "-l", "app.kubernetes.io/part-of=weft");
    kubectl("delete", "namespace", "weft-system");
  }

  private String whatIsLeft() {
    var conditions =
        cluster
            .kubectl()
            .run(
                "get",
                "nodereports.weft.dev",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}{\": \"}"
                    + "{.spec.conditions[?(@.type==\"Clean\")].message}{\"\\n\"}{end}")
            .out();
    return conditions + cluster.kubectl().run("get", "pods", "-A", "-o", "wide").out();
  }

  private void kubectl(String... args) {
    cluster.kubectl().run(Duration.ofMinutes(6), args).orThrow();
  }

  /** Fails with what is different on any node from what it was before. */
  void assertNothingLeft() {
    for (var node : cluster.nodes()) {
      var was = Objects.requireNonNull(before.get(node), node);
      var differences =
          Wait.look(
              Duration.ofSeconds(30),
              Duration.ofSeconds(1),
              () ->
                  was.differencesTo(HostState.read(cluster.machine(node)), Uninstall::isDocumented),
              List::isEmpty);
      assertEquals(List.of(), differences, () -> node + ":\n" + String.join("\n", differences));
    }
    assertEquals(
        "",
        cluster
            .kubectl()
            .run("get", "crd,namespace,clusterrole", "-o", "name")
            .out()
            .lines()
            .filter(line -> line.contains("weft"))
            .reduce("", String::concat));
  }

  /**
   * What docs/install.md says stays: the key and the note that the node has left; host-local's
   * memory of the last address, but no address; the chains of the plugin portmap, without a port;
   * {@code src_valid_mark} of the underlay. Besides what is of others: kube-proxy's and kubelet's
   * chains, which follow Services, and the link address of eth0, which is new after a reboot here.
   */
  private static boolean isDocumented(String line) {
    return line.contains("KUBE-")
        || (line.contains("CNI-HOSTPORT-") && !line.contains("CNI-DN-"))
        || line.matches("[+-] settings: net\\.ipv4\\.conf\\.eth0\\.src_valid_mark = .*")
        || line.matches("[+-] (addresses|links): \\{.*\"ifname\":\"eth0\".*")
        || line.matches("[+-] routes-6: \\{\"dev\":\"eth0\",\"dst\":\"fe80:.*\"table\":\"local\".*")
        || line.matches("- files: d \\d+ 0:0 /var/lib/weft")
        || line.matches(
            "\\+ files: . \\d+ 0:0 (/var/lib/weft(/key|/lock|/left)?|/run/weft(/userspace(-pids)?)?"
                + "|/run/wireguard|/var/lib/cni/results|/var/lib/cni/networks(/weft(/lock|/last_reserved_ip\\.0)?)?)( .*)?");
  }
}
