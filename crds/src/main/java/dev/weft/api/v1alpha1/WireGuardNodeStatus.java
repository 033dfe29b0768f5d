package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * Whether a node has applied its configuration; transitions only.
 *
 * @param conditions Ready
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardNodeStatus(@Size(max = 32) List<Condition> conditions) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardNodeStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
