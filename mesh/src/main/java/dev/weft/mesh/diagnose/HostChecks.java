package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The node that the command runs on. */
final class HostChecks {
  private static final String CONFLIST = "10-weft.conflist";
  private static final List<String> PLUGINS = List.of("bridge", "host-local", "portmap");
  private static final Pattern KERNEL = Pattern.compile("([0-9]+)\\.([0-9]+).*");
  private static final Pattern RULE = Pattern.compile("([0-9]+):\\s.*");
  private static final Pattern MARK =
      Pattern.compile(".*fwmark (0x[0-9a-f]+)(?:/(0x[0-9a-f]+))?.*");

  /** Faults of the node itself with which none of its tunnels works. */
  static final Set<String> SILENCES_ALL =
      Set.of(
          "DeviceMissing",
          "FilterMissing",
          "ListenPortBlocked",
          "PortTaken",
          "RoutesMissing",
          "RuleBeforeMesh",
          "RulesMissing",
          "StrictReversePath",
          "WireGuardMissing");

  private HostChecks() {}

  static void check(ClusterState state, HostFacts host, MeshView view, List<Fault> faults) {
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    NodePlans.of(view, inputs, new ArrayList<>()).stream()
        .filter(p -> p.node().name().equals(host.node()))
        .forEach(p -> check(state, host, view, p, new Report(host, faults)));
  }

  private static void check(
      ClusterState state, HostFacts host, MeshView view, PlannedNode plan, Report report) {
    var underlay =
        plan.links().stream()
            .filter(
                l ->
                    l.addresses().stream()
                        .anyMatch(a -> plan.node().internalIPs().contains(a.address())))
            .map(LinkFacts::name)
            .toList();
    kernel(host, report);
    settings(host, underlay, view, report);
    rules(host, view, report);
    cni(host, view, report);
    ports(host, view, report);
    FilterChecks.check(host, view, plan, report);
    DataplaneChecks.check(host, view, plan, report);
    if (!report.explainsSilence()) {
      EchoChecks.check(state, host, view, plan, report);
    }
  }

  /** Where faults of the node go. */
  record Report(HostFacts host, List<Fault> faults) {
    /** Whether nothing can come through this node's tunnels anyhow. */
    boolean explainsSilence() {
      return faults.stream()
          .anyMatch(
              f -> f.object().equals("Node/" + host.node()) && SILENCES_ALL.contains(f.kind()));
    }

    /** Whether that was said before. */
    boolean has(String kind, String object) {
      return faults.stream().anyMatch(f -> f.kind().equals(kind) && f.object().equals(object));
    }

    /** About something else than the node. */
    void addOf(String object, String kind, String message, String fix) {
      faults.add(new Fault(kind, object, message, fix));
    }

    void add(String kind, String message, String fix) {
      faults.add(new Fault(kind, "Node/" + host.node(), message, "on " + host.node() + ": " + fix));
    }
  }

  private static void kernel(HostFacts host, Report report) {
    if (!host.wireGuardModule() && !host.wireGuardGo()) {
      report.add(
          "WireGuardMissing",
          "the kernel has no WireGuard, and wireguard-go is not there either",
          "modprobe wireguard, or install wireguard-go");
    }
    var version = KERNEL.matcher(host.kernel());
    if (version.matches()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < 5 || (major == 5 && minor < 3)) {
        report.add(
            "KernelTooOld",
            "kernel %s has no next-hop groups, which came with 5.3".formatted(host.kernel()),
            "upgrade its kernel");
      }
    }
  }

  private static void settings(
      HostFacts host, List<String> underlay, MeshView view, Report report) {
    if ("0".equals(host.sysctls().get("net.ipv4.ip_forward"))) {
      report.add(
          "ForwardingOff",
          "net.ipv4.ip_forward is 0: it forwards nothing",
          "sysctl -w net.ipv4.ip_forward=1");
    }
    boolean ipv6 = view.mesh().addresses().stream().anyMatch(p -> p.family() == Family.IPV6);
    if (ipv6 && "1".equals(host.sysctls().get("net.ipv6.conf.all.disable_ipv6"))) {
      report.add(
          "IPv6Disabled",
          "IPv6 is disabled, and the mesh has it",
          "sysctl -w net.ipv6.conf.all.disable_ipv6=0");
    } else if (ipv6 && "0".equals(host.sysctls().get("net.ipv6.conf.all.forwarding"))) {
      report.add(
          "IPv6ForwardingOff",
          "net.ipv6.conf.all.forwarding is 0",
          "sysctl -w net.ipv6.conf.all.forwarding=1");
    }
    var all = host.sysctls().getOrDefault("net.ipv4.conf.all.rp_filter", "0");
    boolean markedAll = "1".equals(host.sysctls().get("net.ipv4.conf.all.src_valid_mark"));
    for (var link : underlay) {
      var own = host.sysctls().getOrDefault("net.ipv4.conf." + link + ".rp_filter", "0");
      var marked = host.sysctls().get("net.ipv4.conf." + link + ".src_valid_mark");
      // The kernel takes the larger of the two, and src_valid_mark if either is set.
      boolean strict = (all.compareTo(own) > 0 ? all : own).equals("1");
      if (strict && !markedAll && !"1".equals(marked)) {
        report.add(
            "StrictReversePath",
            "rp_filter is strict on %s: WireGuard's packets from meshed addresses are dropped"
                .formatted(link),
            "sysctl -w net/ipv4/conf/%s/src_valid_mark=1".formatted(link));
      }
    }
  }

  private static void rules(HostFacts host, MeshView view, Report report) {
    var routing = view.mesh().spec().routing();
    int first = routing.rulePriority();
    long mask = routing.firewallMark();
    boolean own = false;
    for (var rule : host.rules()) {
      var priority = RULE.matcher(rule);
      if (!priority.matches()) {
        continue;
      }
      int number = Integer.parseInt(priority.group(1));
      boolean ours = number >= first && number < first + 100;
      own |= ours;
      var mark = MARK.matcher(rule);
      if (!ours && mark.matches()) {
        long value = Long.decode(mark.group(1));
        long bits = mark.group(2) == null ? 0xffff_ffffL : Long.decode(mark.group(2));
        if ((value & mask) != 0 && (bits & mask) != 0 && mark.group(2) != null) {
          report.add(
              "ForeignMark",
              "the rule '%s' uses bits of Weft's firewall mark 0x%x".formatted(rule.strip(), mask),
              "kubectl edit wgm: spec.routing.firewallMark to a bit that is not in use (docs/coexistence.md)");
        }
      }
      if (!ours
          && number < first
          && rule.contains("lookup main")
          && rule.contains("from all lookup main")) {
        report.add(
            "RuleBeforeMesh",
            "the rule '%s' comes before Weft's: a default route there takes the mesh's traffic"
                .formatted(rule.strip()),
            "ip rule del priority " + number);
      }
    }
    if (!own && !host.rules().isEmpty()) {
      report.add(
          "RulesMissing",
          "none of Weft's rules (%d to %d) is there".formatted(first, first + 99),
          "is the agent running? curl -s http://127.0.0.1:9586/readyz");
    }
  }

  private static void cni(HostFacts host, MeshView view, Report report) {
    var spec = view.mesh().spec();
    if (!spec.attachesPods()) {
      return;
    }
    for (var plugin : PLUGINS) {
      if (!host.plugins().contains(plugin)) {
        report.add(
            "PluginMissing",
            "CNI plugin %s is not in /opt/cni/bin".formatted(plugin),
            "install containernetworking-plugins into /opt/cni/bin");
      }
    }
    if (!host.conflists().contains(CONFLIST)) {
      report.add(
          "ConflistMissing",
          CONFLIST + " is not in /etc/cni/net.d: pods are attached by somebody else, or not at all",
          "has the Node a podCIDR? kubectl get node %s -o jsonpath={.spec.podCIDRs}"
              .formatted(host.node()));
    } else if (!host.conflists().getFirst().equals(CONFLIST)) {
      report.add(
          "ConflistOrder",
          "%s comes before %s: the runtime takes that one"
              .formatted(host.conflists().getFirst(), CONFLIST),
          "mv /etc/cni/net.d/%1$s /etc/cni/net.d/%1$s.off".formatted(host.conflists().getFirst()));
    }
  }

  private static void ports(HostFacts host, MeshView view, Report report) {
    var port =
        view.node(host.node()).stream()
            .flatMap(n -> n.devices().stream())
            .map(d -> d.listenPort())
            .findFirst()
            .orElse(view.mesh().spec().device().port());
    var owner = host.udpOwners().get(port);
    if (owner != null && !owner.contains("wireguard")) {
      report.add(
          "PortTaken",
          "UDP port %d is %s's".formatted(port, owner),
          "stop it, or: kubectl annotate node %s weft.dev/listen-port=51821"
              .formatted(host.node()));
    }
    for (var name : host.unresolved()) {
      report.add(
          "NameUnresolved", "'%s' does not resolve here".formatted(name), "getent hosts " + name);
    }
    for (var probe : host.probes()) {
      if (probe.closed()) {
        report.add(
            "PortClosed",
            "%s answers that nothing listens there".formatted(probe.endpoint()),
            "nc -zu %s; is the agent of that node running, and the endpoint its own?"
                .formatted(probe.endpoint().replace(":", " ")));
      }
    }
    if (host.links().contains("kube-ipvs0") && view.mesh().serviceCIDRs().isEmpty()) {
      report.add(
          "IpvsWithoutServiceRange",
          "kube-proxy runs in mode ipvs, and the mesh doesn't know the service range: service addresses are masqueraded",
          "kubectl edit wgm: spec.serviceCIDRs");
    }
  }
}
