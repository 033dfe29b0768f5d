package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.lab.Prometheus;
import dev.weft.e2e.lab.Release;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.monitoring.AlertRules;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
 * The rules are those that ship, but that they wait shorter. Not provoked here, for it takes a
 * handshake older than five minutes, a NAT that keeps changing its mind, a defect of the operator,
 * a machine too slow for its plan, or Nodes that vanish from an API server's memory:
 * WeftHandshakeStale, WeftEndpointFlapping, WeftPlanFaults, WeftPlanSlow, WeftConvergenceSlow,
 * WeftMeshHeld.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsE2E {
  private static final Set<String> NOT_PROVOKED =
      Set.of(
          "WeftHandshakeStale",
          "WeftEndpointFlapping",
          "WeftPlanFaults",
          "WeftPlanSlow",
          "WeftConvergenceSlow",
          "WeftMeshHeld");

  /** Those that look back so far that they outlast what they tell by minutes. */
  private static final Set<String> OUTLASTING =
      Set.of(
          "WeftTunnelLossy",
          "WeftDriftRepeated",
          "WeftKernelRefuses",
          "WeftOperatorWritesFail",
          "WeftConvergenceSlow");

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String KEY = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final String OTHER_KEY = "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final String THIRD_KEY = "vMyFKkHvnVEmYAsVE7Zhm04cOb3+xXqTUJ1QNOBg2Rk=";

  private static final String LAST_KEY = "1n2sFs4VsTN5cVVkU0+z3l2kRC7vPaoXLXP1DcYPqxA=";

  @SuppressWarnings("NullAway.Init") // JUnit calls startPrometheus() first
  private static Prometheus prometheus;

  private static final AlertRules RULES = AlertRules.read(EyesE2E.RULES);

  private final Deque<Runnable> undo = new ArrayDeque<>();

  /** What has fired until now; not all of it at one time. */
  private final Set<String> fired = new TreeSet<>();

  @BeforeAll
  static void startPrometheus() {
    prometheus = EyesE2E.startPrometheus(RULES);
  }

  /** A rule that is deleted again and again leaves gaps for packets in plain text. */
  @AfterAll
  static void stopPrometheus() {
    SharedLab.lab().awaitReady(LIMIT);
    EyesE2E.stopPrometheus();
    SharedLab.lab().forgetCaptures();
  }

  @Test
  @Order(1)
  void nothingFiresWhileAllIsWell() {
    assertEquals(List.of(), prometheus.query("ALERTS{alertstate=\"firing\"}"));
  }

  @Test
  @Order(2)
  void whatBreaksIsToldAndWhatIsMendedIsNotToldAnyMore() {
    try {
      breakNodes();
      breakPeers();
      breakRights();
      awaitFiring(
          "WeftTunnelDown aws-1 home-1",
          "WeftTunnelDown gcp-1 home-1",
          "WeftAgentDown home-1 ",
          "WeftNodeSilent  ",
          "WeftTunnelNarrow gcp-1 aws-1",
          "WeftKernelRefuses gcp-2 ",
          "WeftAgentNotReady gcp-2 ",
          "WeftHostSettings gcp-2 ",
          "WeftDriftRepeated aws-1 ",
          "WeftPodNetworkMissing aws-1 ",
          "WeftAgentWithoutApiServer aws-2 ",
          "WeftAgentsDisagree  ",
          "WeftConflict  ",
          "WeftDuplicateKey  ",
          "WeftNameUnresolved aws-1 ",
          "WeftOperatorWritesFail  ",
          "WeftGatewaysFrozen  ");
      takeTheLead();
      awaitFiring("WeftOperatorWithoutLeader  ");
      stopOperator();
      awaitFiring("WeftOperatorDown  ", "WeftViewHeld aws-1 ");
    } finally {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
    var left = Wait.look(LIMIT, PAUSE, this::firing, now -> OUTLASTING.containsAll(names(now)));
    assertTrue(OUTLASTING.containsAll(names(left)), left::toString);
    // A tunnel that was down and comes back has lost some of the last minutes' probes.
    awaitFiring("WeftTunnelLossy aws-1 home-1");
    var all = new TreeSet<>(NOT_PROVOKED);
    all.addAll(names(fired));
    assertEquals(
        RULES.alerts().stream()
            .map(AlertRules.Alert::name)
            .collect(Collectors.toCollection(TreeSet::new)),
        all,
        "every alert is provoked, or named as not provoked");
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
    undo.push(() -> faults.mend("home"));
    faults.cut("home");
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
    SharedLab.on(
        "aws-1",
        "for i in $(seq 20); do ip rule del priority 7010;"
            + " until ip rule | grep -q ^7010:; do sleep 0.1; done; done");
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

  /** Somebody else leads, and is never heard of again. */
  private void takeTheLead() {
    var now = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60);
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

  private void awaitFiring(String... wanted) {
    var all = Set.of(wanted);
    Wait.look(
        LIMIT,
        PAUSE,
        () -> {
          fired.addAll(firing());
          return fired;
        },
        now -> now.containsAll(all));
    var missing = new TreeSet<>(all);
    missing.removeAll(fired);
    assertEquals(Set.of(), missing, () -> "these fired: " + fired);
  }

  /** Alert, node and peer of each that fires. */
  private Set<String> firing() {
    return prometheus.query("ALERTS{alertstate=\"firing\"}").stream()
        .map(a -> text(a, "alertname") + " " + text(a, "node") + " " + text(a, "peer"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Set<String> alerts) {
    return alerts.stream().map(AlertsE2E::name).collect(Collectors.toSet());
  }

  private static String name(String alert) {
    return alert.substring(0, alert.indexOf(' '));
  }

  private static String text(JsonNode series, String label) {
    return series.at("/metric/" + label).asText();
  }
}
