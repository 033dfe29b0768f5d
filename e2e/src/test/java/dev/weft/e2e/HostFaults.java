package dev.weft.e2e;

import dev.weft.e2e.lab.Lab;
import java.util.List;

/** Settings, packet filter, rules and CNI of a host whose agent runs, and can't help it. */
final class HostFaults {
  private final Lab lab;
  private final String node;

  HostFaults(Lab lab, String node) {
    this.lab = lab;
    this.node = node;
  }

  InjectedFault forwardingOff() {
    return fixed(
        "forwarding is off",
        "ForwardingOff",
        "sysctl -qw net.ipv4.ip_forward=0",
        "sysctl -qw net.ipv4.ip_forward=1");
  }

  InjectedFault portBlocked() {
    return filter(
        "a firewall drops WireGuard's port", "ListenPortBlocked", "input", "udp dport 51820 drop");
  }

  InjectedFault linkTooNarrow() {
    return fault(
        "the underlay's link is narrow",
        "LinkTooNarrow",
        "ip link set eth0 mtu 1300",
        "ip link set eth0 mtu 1500");
  }

  List<InjectedFault> all() {
    return List.of(
        forwardingOff(),
        filter(
            "a firewall drops the mesh's transit", "ForwardDrop", "forward", "iifname weft0 drop"),
        portBlocked(),
        filter(
            "a rule sets Weft's mark", "ForeignMark", "output", "tcp dport 9 meta mark set 0x1000"),
        fault(
            "a routing rule uses Weft's mark",
            "ForeignMark",
            "ip rule add priority 100 fwmark 0x1000/0xf000 lookup 42",
            "ip rule del priority 100"),
        fixed(
            "a routing rule comes before Weft's",
            "RuleBeforeMesh",
            "ip rule add priority 500 lookup main",
            "ip rule del priority 500 2>/dev/null || true"),
        fault(
            "a CNI plugin is gone",
            "PluginMissing",
            "mv /opt/cni/bin/portmap /opt/cni/bin/portmap.off",
            "mv /opt/cni/bin/portmap.off /opt/cni/bin/portmap"),
        fixed(
            "another CNI's conflist comes first",
            "ConflistOrder",
            "echo '{}' > /etc/cni/net.d/05-other.conflist",
            "rm -f /etc/cni/net.d/05-other.conflist*"),
        fault(
            "a link has addresses of the pods",
            "LinkOverlapsMesh",
            "ip link add lan0 type bridge && ip addr add 10.42.200.1/24 dev lan0 && ip link set lan0 up",
            "ip link del lan0"),
        linkTooNarrow());
  }

  private InjectedFault filter(String name, String kind, String hook, String rule) {
    var table = "other_" + hook;
    return fault(
        name,
        kind,
        "nft 'add table inet %1$s; add chain inet %1$s c { type filter hook %2$s priority 10; }; add rule inet %1$s c %3$s'"
            .formatted(table, hook, rule),
        "nft delete table inet " + table);
  }

  private InjectedFault fixed(String name, String kind, String inject, String mend) {
    return fault(name, kind, inject, mend).mendedByItsFix();
  }

  private InjectedFault fault(String name, String kind, String inject, String mend) {
    return InjectedFault.onHost(lab, node, name, kind, inject, mend);
  }
}
