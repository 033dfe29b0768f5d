package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is broken while nobody repairs it: agent and operator are away, and one thing after the
 * other is taken from the node's kernel. Each is named besides all that came before.
 */
final class WithoutAgent {
  private final Diagnosed diagnosed;
  private final Lab lab;
  private final String node;
  private final boolean singly;
  private final Set<String> expected = new TreeSet<>();

  /**
   * A node.
   *
   * @param singly whether to look after each thing that is taken; else after some of them
   */
  WithoutAgent(Diagnosed diagnosed, String node, boolean singly) {
    this.singly = singly;
    this.diagnosed = diagnosed;
    this.lab = diagnosed.lab();
    this.node = node;
  }

  /** Breaks, and puts right again by starting both. */
  void assertEachIsNamed(Runnable whileSilent) {
    var machine = lab.machine(node);
    var filter = Shell.script(machine, "sysctl net.ipv4.conf.eth0.rp_filter | tr -d ' '").orThrow();
    lab.faults().stopOperator();
    lab.faults().stopAgent(node);
    try {
      // Its own would last for a minute, where no other node could stand in.
      lease("leaseDurationSeconds", "5");
      expect("OperatorAway Lease/weft-operator", "AgentSilent Node/" + node);
      whileSilent.run();
      skew();
      on(
          "ip route show table 7050 | cut -d' ' -f1 | while read -r to; do ip route del $to table 7050; done",
          "RoutesMissing");
      on(
          "wg show weft0 peers | head -n 1 | xargs -I{} wg set weft0 peer {} remove",
          "WireGuardPeerMissing");
      on("ip rule del priority 7010", "RulesMissing");
      on("nft delete table inet weft", "FilterMissing");
      on("iptables -F FORWARD; iptables -P FORWARD DROP", "ForwardDrop");
      // With its agent there, the mark would be set again.
      on(
          "sysctl -qw net.ipv4.conf.eth0.rp_filter=1 net.ipv4.conf.eth0.src_valid_mark=0",
          "StrictReversePath");
      on("rm /etc/cni/net.d/10-weft.conflist", "ConflistMissing");
      look();
      lab.kubectl().run("delete", "wgr", node).orThrow();
      expected.remove("AgentSilent Node/" + node);
      expected.remove("StrictReversePath Node/" + node); // which link is the underlay it reported
      expect("AgentMissing Node/" + node);
    } finally {
      Shell.script(machine, "sysctl -qw " + filter);
      // In this order: its role isn't given to another meanwhile.
      lab.faults().startAgent(node);
      lab.faults().startOperator();
    }
    // The policy stays, and is none: the agent let the mesh through.
    diagnosed.assertNames(node, Set.of());
    Shell.script(machine, "iptables -P FORWARD ACCEPT").orThrow();
  }

  /** A Lease as an agent writes it whose node's clock is ahead by a hundred seconds. */
  private void skew() {
    var ahead = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS).toString();
    lease("renewTime", "\"%s\"".formatted(ahead.replace("Z", ".000000Z")));
    broken("ClockSkew");
  }

  private void lease(String field, String value) {
    lab.kubectl()
        .run(
            "patch",
            "lease",
            node,
            "--namespace=weft-agents",
            "--type=merge",
            "-p",
            "{\"spec\":{\"%s\":%s}}".formatted(field, value))
        .orThrow();
  }

  private void on(String script, String kind) {
    Shell.script(lab.machine(node), script).orThrow();
    broken(kind);
  }

  private void broken(String kind) {
    expected.add(kind + " Node/" + node);
    if (singly) {
      look();
    }
  }

  private void look() {
    diagnosed.assertNames(node, expected);
    System.out.println("measured: named, and nothing besides: " + expected);
  }

  private void expect(String... named) {
    expected.addAll(Set.of(named));
    look();
  }
}
