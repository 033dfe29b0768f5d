package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Shell;
import dev.weft.mesh.net.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The line between a node and its cloud's network. */
public final class Cable {
  /** The chain's name and a match of the node's port, of which {@code nft} makes a rule. */
  private static final String FROM_NODE = "in iifname \"%1$s\"";

  private static final String TO_NODE = "out oifname \"%1$s\"";

  private static final String CHAINS =
      """
      add table bridge %2$s
      flush table bridge %2$s
      add chain bridge %2$s in { type filter hook prerouting priority -300; }
      add chain bridge %2$s out { type filter hook postrouting priority 300; }
      """;

  private static final String ADD = "add rule bridge %2$s ";

  private Cable() {}

  /** Which packets are lost, as the node sees it. */
  public enum Way {
    BOTH,
    IN,
    OUT
  }

  /** Lets nothing through any more, silently: no carrier is lost. */
  public static void cut(LabDirectory directory, NodeSpec node) {
    cut(directory, node, Way.BOTH);
  }

  /** The same for what comes to the node, or for what it sends. */
  public static void cut(LabDirectory directory, NodeSpec node, Way way) {
    var rules = new ArrayList<String>();
    if (way != Way.IN) {
      rules.add(FROM_NODE);
    }
    if (way != Way.OUT) {
      rules.add(TO_NODE);
    }
    drop(directory, node, rules);
  }

  /** Lets nothing through between a node and the addresses of these prefixes. */
  static void sever(LabDirectory directory, NodeSpec node, List<Subnet> remote) {
    var rules = new ArrayList<String>();
    for (var subnet : remote) {
      var header = subnet.family() == Family.IPV4 ? "ip" : "ip6";
      rules.add("%s %s daddr %s".formatted(FROM_NODE, header, subnet.prefix()));
      rules.add("%s %s saddr %s".formatted(TO_NODE, header, subnet.prefix()));
    }
    drop(directory, node, rules);
  }

  /** By filter, not by the port's state: kernels put a port with a carrier back to forwarding. */
  private static void drop(LabDirectory directory, NodeSpec node, List<String> rules) {
    var all = rules.stream().map(ADD::concat).map(r -> r + " drop\n").collect(Collectors.joining());
    run(directory, node, CHAINS + all);
  }

  /** Ends a cut. */
  public static void mend(LabDirectory directory, NodeSpec node) {
    run(directory, node, "delete table bridge %2$s");
  }

  private static void run(LabDirectory directory, NodeSpec node, String script) {
    var table = "cut_" + node.name().replace('-', '_');
    var router = directory.router("cloud-" + node.cloud());
    Shell.run(router, "nft", script.formatted(node.name(), table)).orThrow();
  }
}
