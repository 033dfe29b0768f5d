package dev.weft.mesh.cluster;

import java.util.List;
import java.util.Map;

/**
 * A label selector (metav1.LabelSelector). Without requirements it selects everything.
 *
 * @param matchLabels labels that must be there
 * @param requirements matchExpressions
 */
public record Selector(Map<String, String> matchLabels, List<Requirement> requirements) {
  /** What an empty selector selects. */
  public static final Selector ALL = new Selector(Map.of(), List.of());

  /**
   * A requirement.
   *
   * @param operator In, NotIn, Exists, DoesNotExist
   */
  public record Requirement(String key, String operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    boolean holds(Map<String, String> labels) {
      var value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        case "DoesNotExist" -> value == null;
        default -> false;
      };
    }
  }

  public Selector {
    matchLabels = Map.copyOf(matchLabels);
    requirements = List.copyOf(requirements);
  }

  /** Whether an object with these labels is selected. */
  public boolean selects(Map<String, String> labels) {
    return labels.entrySet().containsAll(matchLabels.entrySet())
        && requirements.stream().allMatch(r -> r.holds(labels));
  }
}
