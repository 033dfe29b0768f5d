package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/**
 * Pods that leave the cluster through the gateway of one location, and are seen there with that
 * gateway's address.
 *
 * @param name of the rule; of two rules that choose one pod, the one that is listed first counts
 * @param location where they leave: its gateway is the exit
 * @param namespaceSelector namespaces of the pods; absent: all
 * @param podSelector pods within these namespaces; absent: all
 * @param whenAway what becomes of their packets while the exit is away
 */
@ValidationRule(
    value = "has(self.namespaceSelector) || has(self.podSelector)",
    messageExpression =
        "'rule ' + self.name + ' chooses no pods: give namespaceSelector or podSelector, {} for all'")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EgressRule(
    @Required @Size(min = 1, max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") String name,
    @Required @Size(min = 1, max = 253) String location,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelSelector namespaceSelector,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelSelector podSelector,
    @Default("Drop") EgressFallback whenAway) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public EgressRule {
    whenAway = whenAway == null ? EgressFallback.DROP : whenAway;
  }
}
