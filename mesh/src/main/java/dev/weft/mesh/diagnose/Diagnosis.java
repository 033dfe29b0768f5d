package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All checks. */
public final class Diagnosis {
  /** What agents report of a tunnel that carries nothing. */
  private static final Set<String> SILENCE = Set.of("TunnelSilent", "TunnelLost", "TunnelNeverUp");

  /** What a look from one end makes of it. */
  private static final Set<String> CAUSES = Set.of("UDPFiltered", "KeyUnknown");

  private Diagnosis() {}

  /**
   * What is wrong, sorted; empty: nothing that can be seen.
   *
   * @param hosts facts of the node that the command runs on; at most one
   */
  public static List<Fault> of(ClusterState state, List<HostFacts> hosts) {
    var faults = new ArrayList<Fault>();
    ControlPlaneChecks.check(state, faults);
    ObjectChecks.check(state, faults);
    AgentChecks.check(
        state, hosts.stream().map(HostFacts::node).collect(Collectors.toSet()), faults);
    for (var view : state.views()) {
      NetworkChecks.check(state, view, faults);
      PeerChecks.check(state, view, faults);
      TunnelChecks.check(state, view, hosts, faults);
      hosts.forEach(h -> HostChecks.check(state, h, view, faults));
    }
    return faults.stream()
        .filter(f -> !(SILENCE.contains(f.kind()) && isExplained(f, faults)))
        .filter(f -> !(f.kind().equals("PresharedKeyMissing") && isSecretMissing(faults)))
        .distinct()
        .sorted()
        .toList();
  }

  /** Every agent that would need it complains of what is said of the Peer once. */
  private static boolean isSecretMissing(List<Fault> faults) {
    return faults.stream().anyMatch(f -> f.kind().equals("PresharedKeySecretMissing"));
  }

  /** Whether a node is one of the two of a tunnel. */
  private static boolean isOf(Fault silence, String node) {
    return List.of(silence.object().replaceFirst("^nodes ", "").split(", ", -1)).contains(node);
  }

  /** A look at a tunnel from one of its ends knows more than the reports of both. */
  private static boolean isExplained(Fault silence, List<Fault> faults) {
    return faults.stream()
        .anyMatch(
            f ->
                (f.object().equals(silence.object()) && CAUSES.contains(f.kind()))
                    || (silence.kind().equals("TunnelSilent")
                        && HostChecks.SILENCES_ALL.contains(f.kind())
                        && isOf(silence, f.object().replaceFirst("^Node/", ""))));
  }
}
