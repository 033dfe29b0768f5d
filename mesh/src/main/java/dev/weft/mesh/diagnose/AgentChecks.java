package dev.weft.mesh.diagnose;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.snapshot.NodeInput;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Agents: whether they are there, alive, of one version, up to date, and what they complain of. */
final class AgentChecks {
  /** Preflight puts several into one condition. */
  private static final Pattern COMPLAINTS = Pattern.compile("; (?=[a-z0-9_.-]+ is )");

  /** What of Preflight a look at the host finds, too. */
  private static final Pattern SETTING = Pattern.compile("net\\.ipv[46]\\.|rp_filter ");

  private AgentChecks() {}

  /**
   * Checks.
   *
   * @param inspected nodes whose settings were looked at just now, which is newer than what their
   *     agents say of them
   */
  static void check(ClusterState state, Set<String> inspected, List<Fault> faults) {
    Map<String, String> byKey = new HashMap<>();
    var versions = new TreeSet<String>();
    for (var node : state.snapshot().nodes()) {
      if (node.published().isEmpty()) {
        continue;
      }
      var report = node.report().stream().findFirst();
      if (report.isEmpty()) {
        faults.add(
            new Fault(
                "AgentMissing",
                object(node),
                "has no NodeReport: its agent never ran, or may not write",
                "kubectl -n weft-agents get pods -o wide; kubectl -n weft-agents logs POD"));
        continue;
      }
      if (node.liveness().isSilent()) {
        faults.add(
            new Fault(
                "AgentSilent",
                object(node),
                "its agent's Lease has run out: node or agent is down, or cut off from the API server",
                "kubectl -n weft-agents get pods -o wide; on the node: weft diagnose"));
      }
      sameKey(node, report.get(), byKey, faults);
      Optional.ofNullable(report.get().facts())
          .flatMap(f -> Optional.ofNullable(f.agentVersion()))
          .ifPresent(versions::add);
      behind(state, node, report.get(), faults);
      report.get().conditions().stream()
          .filter(c -> "False".equals(c.getStatus()))
          .filter(c -> !c.getType().equals("PathMTU")) // of tunnels, see TunnelChecks
          .filter(c -> !c.getType().equals("Ready")) // repeats another one
          .forEach(c -> complaint(node, c, inspected.contains(node.name()), faults));
    }
    if (versions.size() > 1) {
      faults.add(
          new Fault(
              "AgentVersionSkew",
              "DaemonSet/weft-agent",
              "agents of different versions run: " + String.join(", ", versions),
              "kubectl -n weft-agents rollout status ds/weft-agent"));
    }
  }

  private static void sameKey(
      NodeInput node, NodeReportSpec report, Map<String, String> byKey, List<Fault> faults) {
    for (var device : report.devices()) {
      var other = byKey.putIfAbsent(device.publicKey(), node.name());
      for (var published : node.published().getFirst().devices()) {
        if (Objects.equals(published.lane(), device.lane())
            && !published.publicKey().equals(device.publicKey())
            && other == null) {
          faults.add(
              new Fault(
                  "KeyNotPublished",
                  object(node),
                  "its agent has a key that the operator has not published; others still call the old one",
                  "kubectl -n weft-system logs deploy/weft-operator"));
        }
      }
    }
  }

  private static void behind(
      ClusterState state, NodeInput node, NodeReportSpec report, List<Fault> faults) {
    var status = state.meshes().get(node.published().getFirst().mesh());
    boolean refused =
        report.conditions().stream()
            .anyMatch(c -> c.getType().equals("Applied") && "False".equals(c.getStatus()));
    boolean saysSo =
        state.nodeConditions().getOrDefault(node.name(), List.of()).stream()
            .anyMatch(c -> c.getType().equals("Ready") && "False".equals(c.getStatus()));
    if (status != null
        && status.revision() != null
        && !status.revision().equals(report.appliedRevision())
        && saysSo
        && !refused
        && !node.liveness().isSilent()) {
      faults.add(
          new Fault(
              "NodeBehind",
              object(node),
              "has applied revision %s, and %s is in force"
                  .formatted(report.appliedRevision(), status.revision()),
              "kubectl -n weft-agents logs POD: can the agent reach the API server?"));
    }
  }

  private static void complaint(
      NodeInput node, Condition condition, boolean inspected, List<Fault> faults) {
    var message = String.valueOf(condition.getMessage());
    for (var part : COMPLAINTS.splitAsStream(message).toList()) {
      if (inspected && SETTING.matcher(part).lookingAt()) {
        continue;
      }
      faults.add(
          new Fault(kind(condition, part), object(node), said(part), fix(node, condition, part)));
    }
  }

  /** Preflight complaints carry their command behind "run". */
  private static String said(String part) {
    int at = part.indexOf("; run ");
    return at < 0 ? part : part.substring(0, at);
  }

  private static String fix(NodeInput node, Condition condition, String part) {
    int at = part.indexOf("; run ");
    if (at >= 0) {
      return "on " + node.name() + ": " + part.substring(at + 6);
    }
    return switch (condition.getType()) {
      case "CNI" -> "on %s: ls -l /etc/cni/net.d /opt/cni/bin".formatted(node.name());
      case "ViewAccepted" -> "kubectl get wgm,wgn; docs/agent.md says what is held and why";
      default -> "kubectl describe wgr " + node.name();
    };
  }

  private static String kind(Condition condition, String part) {
    return switch (condition.getType()) {
      case "Preflight" ->
          part.startsWith("systemd-networkd ")
              ? "RoutesRemovedByNetworkd"
              : part.contains("br_netfilter")
                  ? "BridgeFilterMissing"
                  : part.contains("rp_filter")
                      ? "StrictReversePath"
                      : part.contains("disable_ipv6")
                          ? "IPv6Disabled"
                          : part.contains("ipv6")
                              ? "IPv6ForwardingOff"
                              : part.contains("ip_forward")
                                  ? "ForwardingOff"
                                  : "PacketFilterUnavailable";
      case "Applied" ->
          "KernelUnavailable".equals(condition.getReason())
              ? "WireGuardUnavailable"
              : "KernelRefuses";
      case "ViewAccepted" -> "ViewHeld";
      case "CNI" -> part.contains("plugin") ? "PluginMissing" : "CNI" + condition.getReason();
      case "Planned", "Undisturbed" -> condition.getReason();
      default -> condition.getType() + condition.getReason();
    };
  }

  private static String object(NodeInput node) {
    return "Node/" + node.name();
  }
}
