package dev.weft.agent.reconcile;

import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.report.Finding;
import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Conditions of a pass. Pure. */
final class Findings {
  private static final int NAMED = 3;

  private Findings() {}

  static Finding applied(Outcome outcome) {
    if (!outcome.trouble().isEmpty()) {
      return new Finding(Finding.APPLIED, false, "KernelUnavailable", outcome.trouble());
    }
    if (!outcome.failures().isEmpty()) {
      return new Finding(Finding.APPLIED, false, "Refused", named(outcome.failures().stream()));
    }
    return outcome.desired().isEmpty()
        ? new Finding(Finding.APPLIED, false, "NoView", "there is nothing to apply yet")
        : new Finding(Finding.APPLIED, true, "Applied", "");
  }

  /** After a pass that threw: what it got done isn't known. */
  static Finding passFailed(Throwable defect, int inARow) {
    return new Finding(
        Finding.APPLIED,
        false,
        "PassFailed",
        "%d passes in a row ended with %s; the kernel stays as it is; the agent's log says where"
            .formatted(inARow, defect.getClass().getSimpleName()));
  }

  static Finding running(List<String> troubled) {
    return troubled.isEmpty()
        ? new Finding(Finding.RUNNING, true, "Running", "")
        : new Finding(
            Finding.RUNNING,
            false,
            "ThreadsTroubled",
            "background threads of the agent failed or no longer come round: "
                + String.join(", ", troubled)
                + "; the agent's log says why");
  }

  /**
   * Whether the node is as before Weft, but for its key.
   *
   * @param kept what the kernel's clean-up could not remove
   */
  static Finding clean(List<String> kept, Finding pods) {
    var left = kept.isEmpty() && pods.good() ? List.<String>of() : new ArrayList<>(kept);
    if (!pods.good()) {
      left.add(pods.message());
    }
    return left.isEmpty()
        ? new Finding(Finding.CLEAN, true, "Left", "nothing is left but the node's private key")
        : new Finding(Finding.CLEAN, false, "Remains", named(left.stream()));
  }

  static Finding preflight(List<String> wrong) {
    return wrong.isEmpty()
        ? new Finding(Finding.PREFLIGHT, true, "Passed", "")
        : new Finding(Finding.PREFLIGHT, false, "HostSettings", String.join("; ", wrong));
  }

  static Finding planned(List<Problem> problems) {
    return problems.isEmpty()
        ? new Finding(Finding.PLANNED, true, "Complete", "")
        : new Finding(
            Finding.PLANNED, false, problems.getFirst().reason(), named(problems.stream()));
  }

  static Finding pathMtu(Collection<Tunnel> tunnels) {
    var narrow =
        tunnels.stream()
            .filter(Tunnel::isNarrow)
            .sorted(Comparator.comparing(Tunnel::name))
            .toList();
    return narrow.isEmpty()
        ? new Finding(Finding.PATH_MTU, true, "Full", "")
        : new Finding(
            Finding.PATH_MTU,
            false,
            "BlackHole",
            named(
                narrow.stream()
                    .map(
                        t ->
                            "packets of more than %d bytes to node %s vanish on the way (device: %d); its routes have that MTU now; let ICMP 'fragmentation needed' through on the path, or lower spec.device.mtu"
                                .formatted(t.pathMtu(), t.name(), t.deviceMtu()))));
  }

  private static String named(Stream<?> things) {
    var all = things.map(Object::toString).toList();
    var first = all.stream().limit(NAMED).collect(Collectors.joining("; "));
    return all.size() <= NAMED ? first : first + "; and " + (all.size() - NAMED) + " more";
  }
}
