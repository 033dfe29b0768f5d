package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Shell;

/** The line between a node and its cloud's network. */
public final class Cable {
  private Cable() {}

  /** Lets nothing through any more, silently: no carrier is lost. */
  public static void cut(LabDirectory directory, NodeSpec node) {
    // By filter, not by the port's state: kernels put a port with a carrier back to forwarding.
    run(
        directory,
        node,
        """
        add table bridge %2$s
        flush table bridge %2$s
        add chain bridge %2$s in { type filter hook prerouting priority -300; }
        add chain bridge %2$s out { type filter hook postrouting priority 300; }
        add rule bridge %2$s in iifname "%1$s" drop
        add rule bridge %2$s out oifname "%1$s" drop
        """);
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
