package dev.weft.mesh.egress;

import dev.weft.mesh.problem.Problem;
import java.util.List;
import java.util.Set;

/**
 * What an agent knows of who leaves the cluster where.
 *
 * @param pods of the own node that a rule chose, by name
 * @param silentExits names of gateways that do not answer
 * @param problems pods that are chosen twice
 */
public record LocalEgress(List<EgressPod> pods, Set<String> silentExits, List<Problem> problems) {
  /** Nothing is chosen. */
  public static final LocalEgress NONE = new LocalEgress(List.of(), Set.of(), List.of());

  public LocalEgress {
    pods = List.copyOf(pods);
    silentExits = Set.copyOf(silentExits);
    problems = List.copyOf(problems);
  }

  /** The same with what is known of exits. */
  public LocalEgress withSilentExits(Set<String> names) {
    return new LocalEgress(pods, names, problems);
  }
}
