package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Peer fares.
 *
 * @param conditions Accepted, Connected
 * @param effective what is in force; absent: nothing
 * @param gateway the gateway it is attached to, where it is attached to one location
 * @param lastHandshake RFC 3339 time, coarse
 * @param configSecret Secret with the client configuration
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerStatus(
    @Size(max = 32) List<Condition> conditions,
    @Nullable EffectivePeer effective,
    @Nullable @Size(max = 253) String gateway,
    @Nullable @Size(max = 40) String lastHandshake,
    @Nullable @Size(max = 253) String configSecret) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public PeerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
