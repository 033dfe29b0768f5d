package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.lab.Prometheus;
import dev.weft.e2e.lab.Release;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.monitoring.AlertRules;
import dev.weft.e2e.monitoring.Recording;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What breaks is told by an alert of a real Prometheus, and what is mended is not told any more.
 * The rules are those that ship, but that they wait shorter. Two take minutes or a quiet mesh: see
 * {@link AlertsSoak}.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProvokedAlertsSoak {
  /** Those that look back so far that they outlast what they tell by minutes. */
  private static final Set<String> OUTLASTING =
      Set.of(
          "WeftTunnelLossy",
          "WeftEndpointFlapping",
          "WeftDriftRepeated",
          "WeftKernelRefuses",
          "WeftOperatorWritesFail",
          "WeftPlanFaults",
          "WeftPlanSlow",
          "WeftThreadFailing",
          "WeftConvergenceSlow");

  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** Repairs and changed ports in a row, more than the rules for either let pass. */
  private static final int TIMES = 12;

  private static final String KEY = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final String OTHER_KEY = "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final String THIRD_KEY = "vMyFKkHvnVEmYAsVE7Zhm04cOb3+xXqTUJ1QNOBg2Rk=";
  private static final String LAST_KEY = "1n2sFs4VsTN5cVVkU0+z3l2kRC7vPaoXLXP1DcYPqxA=";

  private static final AlertRules RULES = AlertRules.read(EyesE2E.RULES);

  @SuppressWarnings("NullAway.Init") // JUnit calls startPrometheus() first
  private static FiringAlerts alerts;

  private final Deque<Runnable> undo = new ArrayDeque<>();

  @BeforeAll
  static void startPrometheus() {
    alerts = new FiringAlerts(EyesE2E.startPrometheus(RULES));
  }

  /** A rule that is deleted again and again leaves gaps for packets in plain text. */
  @AfterAll
  static void stopPrometheus() {
    SharedLab.lab().awaitReady(LIMIT);
    EyesE2E.stopPrometheus();
    SharedLab.lab().forgetCaptures();
    if (Boolean.getBoolean("weft.metrics.record")) {
      Recording.write(Prometheus.data(SharedLab.lab().directory()));
    }
  }

  @Test
  @Order(1)
  void nothingFiresWhileAllIsWell() {
    assertEquals(Set.of(), alerts.now());
  }

  /** What an operator has to tell comes first, for it can't once it is gone. */
  @Test
  @Order(2)
  void whatBreaksIsToldAndWhatIsMendedIsNotToldAnyMore() {
    try {
      selectByLabel();
      breakPeers();
      breakRights();
      breakNodes();
      changePortsAndRules();
      SharedLab.lab().faults().cut("home");
      undo.push(() -> SharedLab.lab().faults().mend("home"));
      alerts.await(
          LIMIT,
          "WeftAgentsDisagree",
          "WeftConflict",
          "WeftDuplicateKey",
          "WeftGatewaysFrozen",
          "WeftNodeSilent",
          "WeftOperatorWritesFail");
      awaitHeldWithoutLabels();
      takeTheLead();
      alerts.await(LIMIT, "WeftOperatorWithoutLeader", "WeftThreadStalled");
      stopOperator();
      alerts.await(LIMIT, "WeftOperatorDown");
      startDefectiveOperator();
      alerts.await(
          LIMIT,
          "WeftPlanFaults",
          "WeftThreadFailing",
          "WeftTunnelDown aws-1 home-1",
          "WeftTunnelDown gcp-1 home-1",
          "WeftEndpointFlapping aws-1 home-1",
          "WeftAgentDown home-1",
          "WeftTunnelNarrow gcp-1 aws-1",
          "WeftKernelRefuses gcp-2",
          "WeftAgentNotReady gcp-2",
          "WeftHostSettings gcp-2",
          "WeftDriftRepeated aws-1",
          "WeftPodNetworkMissing aws-1",
          "WeftNameUnresolved aws-1",
          "WeftViewHeld aws-1",
          "WeftAgentWithoutApiServer aws-2");
    } finally {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
    // A tunnel that was down and comes back has lost some of the last minutes' probes; a node that
    // couldn't follow has followed late.
    alerts.await(LIMIT, "WeftTunnelLossy aws-1 home-1", "WeftConvergenceSlow gcp-2");
    alerts.awaitNoneBut(LIMIT, OUTLASTING);
    var provoked = new TreeSet<>(AlertsSoak.PROVOKED);
    provoked.addAll(alerts.seen());
    // Several gateways per location are behind a switch that this lab's operator doesn't have.
    provoked.add("WeftNotRedundant");
    assertEquals(
        RULES.alerts().stream()
            .map(AlertRules.Alert::name)
            .collect(Collectors.toCollection(TreeSet::new)),
        provoked,
        "every alert is provoked");
  }

  /** Runs a script on a node now, and another one at the end. */
  private void on(String node, String now, String end) {
    undo.push(() -> SharedLab.on(node, end));
    SharedLab.on(node, now);
  }

  private void breakNodes() {
    var faults = SharedLab.lab().faults();
    // An agent tries a narrow path's full width again only after minutes, or when it is new.
    undo.push(() -> List.of("aws-1", "gcp-1", "home-1").forEach(faults::killAgent));
    undo.push(faults::widen);
    faults.narrow("gcp", 1300);
    // A table that belongs to a process can't be changed by another.
    on(
        "gcp-2",
        """
        setsid bash -c '(printf "delete table inet weft\\nadd table inet weft { flags owner; }\\n"; sleep 600) | nft -i' > /dev/null 2>&1 &
        echo $! > /tmp/owner
        """,
        "kill -- -$(cat /tmp/owner); rm /tmp/owner");
    on("gcp-2", "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1");
    on(
        "aws-1",
        "rm /etc/cni/net.d/10-weft.conflist; mkdir -p /etc/cni/net.d/10-weft.conflist/x",
        "rmdir /etc/cni/net.d/10-weft.conflist/x /etc/cni/net.d/10-weft.conflist");
    on(
        "aws-2",
        "nft 'add table inet away; add chain inet away out { type filter hook output priority 0; };"
            + " add rule inet away out tcp dport 6443 drop'",
        "nft delete table inet away");
  }

  /**
   * A router that keeps changing its mind, and somebody who fights for a rule: whenever the gateway
   * hears home from elsewhere its rule is taken away, and it looks at its tunnels as it mends that.
   */
  private void changePortsAndRules() {
    var faults = SharedLab.lab().faults();
    undo.push(() -> faults.remember("home"));
    var home = SharedLab.on("home-1", "wg show weft0 public-key");
    for (int i = 1; i <= TIMES; i++) {
      var endpoint = "wg show weft0 endpoints | grep -F '%s'".formatted(home);
      var before = SharedLab.on("aws-1", endpoint);
      faults.remap("home", i);
      Wait.until(
          "another port of home-1's", 30, () -> !SharedLab.on("aws-1", endpoint).equals(before));
      SharedLab.on(
          "aws-1", "ip rule del priority 7010; until ip rule | grep -q ^7010:; do sleep 0.1; done");
    }
  }

  private void breakRights() {
    var kubectl = SharedLab.lab().kubectl();
    // The Leases of all agents run out at once, which is no sign that all of them are dead.
    restoredAtTheEnd("rolebinding", "weft-agent", Release.AGENTS);
    kubectl.run("delete", "rolebinding", "weft-agent", "-n", Release.AGENTS).orThrow();
    restoredAtTheEnd("clusterrole", "weft-operator", "default");
    var rules = kubectl.get("clusterrole", "weft-operator").path("rules");
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).path("resources").toString().contains("peers/status")) {
        kubectl
            .run(
                "patch",
                "clusterrole",
                "weft-operator",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"/rules/%d\"}]".formatted(i))
            .orThrow();
      }
    }
    SharedLab.peer("late", LAST_KEY, "allowedIPs: [10.6.0.2/32]").orThrow();
  }

  /** As it is now, but for what the API server itself writes into it. */
  private void restoredAtTheEnd(String kind, String name, String namespace) {
    var kubectl = SharedLab.lab().kubectl();
    var object = kubectl.get(kind, name, "-n", namespace);
    for (var own : List.of("resourceVersion", "uid", "creationTimestamp", "managedFields")) {
      ((ObjectNode) object.path("metadata")).remove(own);
    }
    undo.push(
        () ->
            kubectl
                .input(
                    object.toString(),
                    "apply",
                    "--server-side",
                    "--force-conflicts",
                    "--field-manager=helm",
                    "-f",
                    "-")
                .orThrow());
  }

  private void breakPeers() {
    undo.push(
        () -> {
          for (var peer : List.of("first", "claims-pods", "claims-a-key", "nameless", "late")) {
            SharedLab.lab().kubectl().run("delete", "wgp", peer, "--ignore-not-found").orThrow();
          }
        });
    SharedLab.peer("first", OTHER_KEY, "allowedIPs: [10.5.0.1/32]").orThrow();
    SharedLab.peer("claims-pods", KEY, "allowedIPs: [10.42.1.0/24]").orThrow();
    SharedLab.peer("claims-a-key", OTHER_KEY, "allowedIPs: [10.5.0.2/32]").orThrow();
    SharedLab.peer(
            "nameless",
            THIRD_KEY,
            "allowedIPs: [10.6.0.1/32], endpoint: {host: nowhere.weft.test, port: 51820}")
        .orThrow();
    SharedLab.timeUntil(
        "a Peer with a name that doesn't resolve in effect",
        LIMIT,
        () -> SharedLab.lab().kubectl().get("wgp", "nameless").at("/status/effective").isObject());
  }

  /** From now on the mesh is that of labelled nodes, which all of them are. */
  private void selectByLabel() {
    var lab = SharedLab.lab();
    undo.push(() -> SharedLab.patch(lab, "{\"nodeSelector\":null}"));
    SharedLab.patch(lab, "{\"nodeSelector\":{\"matchLabels\":{\"kubernetes.io/os\":\"linux\"}}}");
    SharedLab.timeUntil(
        "a selector in effect",
        LIMIT,
        () -> lab.kubectl().get("wgm", "demo").at("/status/effective/nodeSelector").isObject());
  }

  /** Most nodes lose their label for a while, which nobody can have meant. */
  private static void awaitHeldWithoutLabels() {
    var nodes = List.of("aws-2", "gcp-1", "gcp-2", "home-1");
    label(nodes, "kubernetes.io/os-");
    try {
      alerts.await(LIMIT, "WeftMeshHeld");
    } finally {
      label(nodes, "kubernetes.io/os=linux");
    }
  }

  private static void label(List<String> nodes, String label) {
    var command = new ArrayList<>(List.of("label", "--overwrite", "node"));
    command.addAll(nodes);
    command.add(label);
    SharedLab.lab().kubectl().run(command.toArray(String[]::new)).orThrow();
  }

  /**
   * Somebody else leads, and is never heard of again, for longer than an election may take to come
   * round.
   */
  private void takeTheLead() {
    var now = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(600);
    lead(
        "{\"holderIdentity\":\"another\",\"leaseDurationSeconds\":60,\"renewTime\":\"%s\"}"
            .formatted("%1$tFT%1$tT.000000Z".formatted(now)));
    undo.push(() -> lead("{\"holderIdentity\":\"\"}"));
  }

  private static void lead(String spec) {
    SharedLab.lab()
        .kubectl()
        .run(
            "patch",
            "lease",
            "weft-operator",
            "-n",
            Release.SYSTEM,
            "--type=merge",
            "-p",
            "{\"spec\":" + spec + "}")
        .orThrow();
  }

  /** And with it what it has put into effect. */
  private void stopOperator() {
    undo.push(() -> SharedLab.lab().faults().startOperator());
    SharedLab.lab().faults().stopOperator();
    SharedLab.lab()
        .kubectl()
        .run(
            "patch",
            "wgm",
            "demo",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"effective\":null}}")
        .orThrow();
  }

  /** What its planner throws doesn't end it. */
  private void startDefectiveOperator() {
    var lab = SharedLab.lab();
    var program =
        DefectiveOperator.in(lab.directory().root().resolve("defective"), SharedLab.REPOSITORY);
    undo.push(
        () -> {
          SharedLab.lab().faults().stopOperator();
          lab.running(Map.of());
        });
    lead("{\"holderIdentity\":\"\"}");
    lab.running(Map.of("operator", program.toString())).faults().startOperator();
  }
}
