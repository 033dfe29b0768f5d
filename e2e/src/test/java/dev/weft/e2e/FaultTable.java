package dev.weft.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Faults of a lab, with what diagnose has to say of each. Most are about one node, and seen there.
 */
final class FaultTable {
  private static final String KEY = "d2VmdHdlZnR3ZWZ0d2VmdHdlZnR3ZWZ0d2VmdHdlZnQ=";

  private final Lab lab;
  private final String node;
  private final String self;
  private final String podCIDR;
  private final List<InjectedFault> faults = new ArrayList<>();

  /**
   * The table.
   *
   * @param node that the faults of hosts are made on, a gateway
   */
  FaultTable(Lab lab, String node) {
    this.lab = lab;
    this.node = node;
    this.self = "Node/" + node;
    this.podCIDR = lab.kubectl().get("node", node).at("/spec/podCIDR").asText();
  }

  /** Settings, packet filter, rules and CNI of the host; its agent runs, and can't help it. */
  List<InjectedFault> ofTheHost() {
    faults.clear();
    fixed(
        "forwarding is off",
        "ForwardingOff",
        "sysctl -qw net.ipv4.ip_forward=0",
        "sysctl -qw net.ipv4.ip_forward=1");
    filter("a firewall drops the mesh's transit", "ForwardDrop", "forward", "iifname weft0 drop");
    filter(
        "a firewall drops WireGuard's port", "ListenPortBlocked", "input", "udp dport 51820 drop");
    filter("a rule sets Weft's mark", "ForeignMark", "output", "tcp dport 9 meta mark set 0x1000");
    host(
        "a routing rule uses Weft's mark",
        "ForeignMark",
        "ip rule add priority 100 fwmark 0x1000/0xf000 lookup 42",
        "ip rule del priority 100");
    fixed(
        "a routing rule comes before Weft's",
        "RuleBeforeMesh",
        "ip rule add priority 500 lookup main",
        "ip rule del priority 500 2>/dev/null || true");
    host(
        "a CNI plugin is gone",
        "PluginMissing",
        "mv /opt/cni/bin/portmap /opt/cni/bin/portmap.off",
        "mv /opt/cni/bin/portmap.off /opt/cni/bin/portmap");
    fixed(
        "another CNI's conflist comes first",
        "ConflistOrder",
        "echo '{}' > /etc/cni/net.d/05-other.conflist",
        "rm -f /etc/cni/net.d/05-other.conflist*");
    host(
        "a link has addresses of the pods",
        "LinkOverlapsMesh",
        "ip link add lan0 type bridge && ip addr add 10.42.200.1/24 dev lan0 && ip link set lan0 up",
        "ip link del lan0");
    host(
        "the underlay's link is narrow",
        "LinkTooNarrow",
        "ip link set eth0 mtu 1300",
        "ip link set eth0 mtu 1500");
    return List.copyOf(faults);
  }

  /** Objects that contradict others, and are left out or won't work. */
  List<InjectedFault> ofObjects() {
    faults.clear();
    peer("a Peer has a pod CIDR", "OverlapsPodCIDR", "allowedIPs: [\"%s\"]".formatted(podCIDR));
    peer(
        "a Peer's endpoint is in its own prefix",
        "EndpointInOwnAllowedIPs",
        "allowedIPs: [203.0.114.0/24], endpoint: {host: 203.0.114.7, port: 51820}");
    peer(
        "a Peer's preshared key is nowhere",
        "PresharedKeySecretMissing",
        "allowedIPs: [10.7.0.0/24], presharedKeySecretRef: {name: nowhere}");
    var pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: stray, namespace: default}
        spec: {nodeName: %s, containers: [{name: c, image: none}]}
        """
            .formatted(node);
    faults.add(
        new InjectedFault(
            "another CNI attached a pod",
            node,
            Set.of("PodOutsidePodCIDR Pod/default/stray"),
            () -> {
              lab.kubectl().input(pod, "apply", "-f", "-").orThrow();
              kubectl(
                  "patch",
                  "pod",
                  "stray",
                  "--subresource=status",
                  "--type=merge",
                  "-p",
                  "{\"status\":{\"phase\":\"Running\",\"podIP\":\"172.17.0.2\",\"podIPs\":[{\"ip\":\"172.17.0.2\"}]}}");
            },
            () -> kubectl("delete", "pod", "stray", "--force", "--grace-period=0"),
            false));
    annotation(
        "an annotation is no endpoint", "weft.dev/endpoint=nowhere:99999", "InvalidEndpoint");
    annotation("an endpoint is private", "weft.dev/endpoint=10.200.0.1:51820", "PrivateEndpoint");
    return List.copyOf(faults);
  }

  /**
   * What happens to packets between nodes.
   *
   * @param cloud of the node
   * @param others at the other ends of its tunnels
   * @param callable one of them that has an endpoint
   */
  List<InjectedFault> ofTheNetwork(String cloud, List<String> others, String callable) {
    faults.clear();
    way(cloud, others, "UDP is filtered", "UDPFiltered", 0);
    way(cloud, others, "large packets vanish", "PathMTUBlackHole", 1300);
    var address = endpoint(callable);
    annotation(
        callable,
        "nobody listens at an endpoint",
        "weft.dev/endpoint=" + address.substring(0, address.lastIndexOf(':')) + ":51999",
        "PortClosed " + self);
    annotation(
        node, "an endpoint is another node's", "weft.dev/endpoint=" + address, "SameEndpoint");
    var unresolved =
        peer(
            "an endpoint's name is unknown",
            Set.of("EndpointUnresolved Peer/bad", "NameUnresolved " + self),
            "allowedIPs: [10.7.0.0/24], endpoint: {host: nowhere.weft.test, port: 51820}");
    faults.add(unresolved);
    return List.copyOf(faults);
  }

  private void way(String cloud, List<String> others, String name, String kind, int bytes) {
    Set<String> expected = new TreeSet<>();
    for (var other : others) {
      expected.add(
          kind + " nodes " + Stream.of(node, other).sorted().collect(Collectors.joining(", ")));
    }
    faults.add(
        new InjectedFault(
            name,
            node,
            expected,
            () -> lab.faults().narrow(cloud, bytes),
            () -> lab.faults().widen(),
            false));
  }

  private String endpoint(String other) {
    return lab.kubectl().get("wgn", other).at("/spec/devices/0/endpoints/0").asText();
  }

  /** Rights of Weft's own accounts that somebody took away. */
  InjectedFault rightsTakenAway() {
    var saved = lab.kubectl().get("clusterrolebinding", "weft-agent");
    return new InjectedFault(
        "the agents' rights are taken away",
        node,
        Set.of("RightMissing ServiceAccount/weft-agents/weft-agent"),
        () -> kubectl("delete", "clusterrolebinding", "weft-agent"),
        () -> {
          ((ObjectNode) saved.get("metadata"))
              .remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
          lab.kubectl()
              .input(saved.toString(), "apply", "--server-side", "--force-conflicts", "-f", "-")
              .orThrow();
        },
        false);
  }

  /** The mesh's MTU doesn't fit into anybody's link. */
  InjectedFault meshTooWide() {
    Set<String> expected = new TreeSet<>();
    lab.inventory().nodes().forEach(n -> expected.add("MTUTooLarge Node/" + n.name()));
    return new InjectedFault(
        "the mesh's MTU is that of its links",
        node,
        expected,
        () -> SharedLab.patch(lab, "{\"device\":{\"mtu\":1500}}"),
        () -> SharedLab.patch(lab, "{\"device\":{\"mtu\":null}}"),
        false);
  }

  private void peer(String name, String kind, String rest) {
    faults.add(peer(name, Set.of(kind + " Peer/bad"), rest));
  }

  private InjectedFault peer(String name, Set<String> expected, String rest) {
    var manifest =
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: bad}
        spec: {publicKey: %s, %s}
        """
            .formatted(KEY, rest);
    return new InjectedFault(
        name,
        node,
        expected,
        () -> lab.kubectl().input(manifest, "apply", "-f", "-").orThrow(),
        () -> kubectl("delete", "wgp", "bad", "--ignore-not-found"),
        false);
  }

  private void annotation(String name, String annotation, String kind) {
    annotation(node, name, annotation, kind);
  }

  private void annotation(String about, String name, String annotation, String kind) {
    var key = annotation.substring(0, annotation.indexOf('='));
    faults.add(
        new InjectedFault(
            name,
            node,
            Set.of(kind.contains(" ") ? kind : kind + " Node/" + about),
            () -> kubectl("annotate", "--overwrite", "node", about, annotation),
            () -> kubectl("annotate", "node", about, key + "-"),
            false));
  }

  private void filter(String name, String kind, String hook, String rule) {
    var table = "other_" + hook;
    host(
        name,
        kind,
        "nft 'add table inet %1$s; add chain inet %1$s c { type filter hook %2$s priority 10; }; add rule inet %1$s c %3$s'"
            .formatted(table, hook, rule),
        "nft delete table inet " + table);
  }

  private void host(String name, String kind, String inject, String mend) {
    faults.add(host(name, Set.of(kind + " " + self), inject, mend, false));
  }

  private void fixed(String name, String kind, String inject, String mend) {
    faults.add(host(name, Set.of(kind + " " + self), inject, mend, true));
  }

  private InjectedFault host(
      String name, Set<String> expected, String inject, String mend, boolean fixed) {
    return new InjectedFault(
        name, node, expected, () -> on(node, inject), () -> on(node, mend), fixed);
  }

  private void on(String machine, String script) {
    Shell.script(lab.machine(machine), script).orThrow();
  }

  private void kubectl(String... args) {
    lab.kubectl().run(args).orThrow();
  }
}
