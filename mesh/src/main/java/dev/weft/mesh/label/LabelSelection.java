package dev.weft.mesh.label;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import java.util.stream.Stream;
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

  /** The labels that a selector looks at. */
  public static Stream<String> keys(@Nullable LabelSelector selector) {
    if (selector == null) {
      return Stream.empty();
    }
    return Stream.concat(
        selector.getMatchLabels() == null
            ? Stream.empty()
            : selector.getMatchLabels().keySet().stream(),
        selector.getMatchExpressions() == null
            ? Stream.empty()
            : selector.getMatchExpressions().stream().map(r -> String.valueOf(r.getKey())));
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
