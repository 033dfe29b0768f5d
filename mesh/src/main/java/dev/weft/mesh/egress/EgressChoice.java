package dev.weft.mesh.egress;

import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pods each rule of a mesh chooses. */
public final class EgressChoice {
  private EgressChoice() {}

  /**
   * Chooses among the pods of a node. Of two rules that choose one pod the first listed counts, and
   * that is said.
   *
   * @param node name of the Node, to speak of
   * @param rules in the order of the spec
   * @param namespaces labels by name; a namespace that is absent has none
   */
  public static LocalEgress choose(
      String node,
      List<EgressRule> rules,
      Collection<LocalPod> pods,
      Map<String, Map<String, String>> namespaces) {
    var chosen = new ArrayList<EgressPod>();
    var problems = new ArrayList<Problem>();
    for (var pod : pods.stream().sorted(Comparator.comparing(LocalPod::fullName)).toList()) {
      var labels = namespaces.getOrDefault(pod.namespace(), Map.of());
      var takers = rules.stream().filter(r -> chooses(r, pod, labels)).toList();
      if (takers.isEmpty()) {
        continue;
      }
      var first = takers.getFirst();
      chosen.add(new EgressPod(pod.fullName(), first.name(), pod.addresses()));
      takers.stream()
          .skip(1)
          .filter(other -> !other.location().equals(first.location()))
          .findFirst()
          .ifPresent(other -> problems.add(twice(node, pod, first, other)));
    }
    return new LocalEgress(chosen, Set.of(), problems);
  }

  private static boolean chooses(EgressRule rule, LocalPod pod, Map<String, String> namespace) {
    return LabelSelection.matches(rule.namespaceSelector(), namespace)
        && LabelSelection.matches(rule.podSelector(), pod.labels());
  }

  private static Problem twice(String node, LocalPod pod, EgressRule first, EgressRule other) {
    return Problem.warning(
        "Node",
        node,
        "spec.egress",
        "EgressConflict",
        "pod %s is chosen by the rules '%s' (location %s) and '%s' (location %s); the first counts, narrow one of the two"
            .formatted(
                pod.fullName(), first.name(), first.location(), other.name(), other.location()));
  }
}
