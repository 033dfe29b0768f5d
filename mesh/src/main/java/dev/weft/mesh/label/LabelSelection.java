package dev.weft.mesh.label;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes label selectors. */
public final class LabelSelection {
  private LabelSelection() {}

  /** Whether labels match; an absent or empty selector takes all. */
  public static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    boolean labelsMatch =
        selector.getMatchLabels() == null
            || selector.getMatchLabels().entrySet().stream()
                .allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    boolean expressionsMatch =
        selector.getMatchExpressions() == null
            || selector.getMatchExpressions().stream().allMatch(r -> matches(r, labels));
    return labelsMatch && expressionsMatch;
  }

  private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
    var value = labels.get(requirement.getKey());
    return switch (String.valueOf(requirement.getOperator())) {
      case "In" -> value != null && requirement.getValues().contains(value);
      case "NotIn" -> value == null || !requirement.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false; // the API server accepts no other
    };
  }
}
