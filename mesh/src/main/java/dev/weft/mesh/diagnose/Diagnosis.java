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

  /** Where calls go to no machine, or to another, a tunnel is silent. */
  private static final Set<String> WRONG_ENDPOINT = Set.of("SameEndpoint", "PrivateEndpoint");

  /** Large packets vanish where the link of one of the two ends doesn't take them. */
  private static final Set<String> TOO_NARROW = Set.of("LinkTooNarrow", "MTUTooLarge");

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
        .filter(f -> !(SILENCE.contains(f.kind()) && areReportsOld(faults)))
        .filter(f -> !(isSilence(f) && isAtAnEnd(f, WRONG_ENDPOINT, faults)))
        .filter(
            f ->
                !(f.kind().equals("PresharedKeyMissing")
                    && has(faults, "PresharedKeySecretMissing")))
        .filter(f -> faults.stream().noneMatch(other -> isSaidOf(other, f)))
        .filter(f -> !isForWantOfAnEndpoint(f, faults))
        .filter(f -> !(isWithoutGateway(f) && has(faults, "NoGateway")))
        .filter(f -> !(f.kind().equals("PathMTUBlackHole") && isAtAnEnd(f, TOO_NARROW, faults)))
        .distinct()
        .sorted()
        .toList();
  }

  /** A node whose endpoint another node holds has none, and so can't be called. */
  private static boolean isForWantOfAnEndpoint(Fault fault, List<Fault> faults) {
    return switch (fault.kind()) {
      case "NoPath" -> has(faults, "SameEndpoint");
      case "KeyUnknown" -> isAtAnEnd(fault, Set.of("SameEndpoint"), faults);
      case "CannotMeet" ->
          faults.stream()
              .filter(f -> f.kind().equals("SameEndpoint"))
              .map(f -> f.object().replaceFirst("^Node/", ""))
              .anyMatch(node -> List.of(fault.message().split(" ")).contains(node));
      default -> false;
    };
  }

  /** What every agent that is concerned complains of is said once, of what it comes from. */
  private static boolean has(List<Fault> faults, String kind) {
    return faults.stream().anyMatch(f -> f.kind().equals(kind));
  }

  /** Whether an agent complains of an object of which the same is reported anyhow. */
  private static boolean isSaidOf(Fault object, Fault complaint) {
    return complaint.object().startsWith("Node/")
        && !object.object().startsWith("Node/")
        && complaint.kind().equals(object.kind())
        && complaint.message().contains(object.object() + " ");
  }

  /** What agents say where they would have routes. */
  private static boolean isWithoutGateway(Fault fault) {
    return fault.kind().equals("NoPath") && fault.message().contains("has no gateway");
  }

  /** Whether a fault of one of these kinds is at one of the two ends of a tunnel. */
  private static boolean isAtAnEnd(Fault tunnel, Set<String> kinds, List<Fault> faults) {
    return faults.stream()
        .filter(f -> kinds.contains(f.kind()))
        .anyMatch(f -> isOf(tunnel, f.object().replaceFirst("^Node/", "")));
  }

  /** What agents that may not write said last may be long over. */
  private static boolean areReportsOld(List<Fault> faults) {
    return faults.stream()
        .anyMatch(f -> f.kind().equals("RightMissing") && f.message().contains(" nodereports."));
  }

  private static boolean isSilence(Fault fault) {
    return SILENCE.contains(fault.kind()) || fault.kind().equals("UDPFiltered");
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
