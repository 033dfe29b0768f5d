package dev.weft.agent.firewall;

import dev.weft.mesh.desired.DesiredFirewall;
import java.util.stream.Collectors;

/** What others' rules keep from the mesh, said with the remedy. Pure. */
public final class Obstacle {
  private Obstacle() {}

  /**
   * A chain whose own rule refuses what the mesh forwards.
   *
   * @param chain with its table
   * @param accept how to accept a link there, with %s for its name
   */
  public static String refusal(String chain, String accept, DesiredFirewall wanted) {
    var commands =
        wanted.meshLinks().stream().map(accept::formatted).collect(Collectors.joining("; "));
    return "chain %s ends in a rule that refuses what the mesh forwards, and Weft puts no rule before a foreign one; accept the mesh before it (%s), or with firewalld: %s"
        .formatted(chain, commands, firewalld(wanted));
  }

  /** A table that only the program may change that made it. */
  public static String owned(String table, String chain, DesiredFirewall wanted) {
    return "table %s belongs to the program that made it (flags owner), so Weft can't let the mesh pass its chain %s; with firewalld: %s, or NftablesTableOwner=no in /etc/firewalld/firewalld.conf"
        .formatted(table, chain, firewalld(wanted));
  }

  /** What a backend does not look at: another node's source in an encapsulated packet. */
  public static String innerSources(String command) {
    return "%s does not look into encapsulated packets, so a member of this gateway's location can send from the addresses of another (ADR 105); set spec.firewall to NFTables where the host does not filter by iptables-legacy"
        .formatted(command);
  }

  private static String firewalld(DesiredFirewall wanted) {
    var links =
        wanted.meshLinks().stream()
            .map(l -> "--add-interface=" + l)
            .collect(Collectors.joining(" "));
    var ports =
        wanted.listenPorts().stream()
            .map(p -> " --add-port=" + p + "/udp")
            .collect(Collectors.joining());
    return "firewall-cmd --permanent --zone=trusted %s; firewall-cmd --permanent%s; firewall-cmd --reload"
        .formatted(links, ports);
  }
}
