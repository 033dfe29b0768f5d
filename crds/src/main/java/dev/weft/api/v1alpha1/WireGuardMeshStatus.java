package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a mesh fares.
 *
 * @param conditions Ready, Planned, Applied, Reachable
 * @param effective the spec in force: the last one that was accepted
 * @param revision hash of the view that agents should have applied
 * @param nodes how many nodes the mesh has
 * @param readyNodes how many of them have applied the plan
 * @param peers how many Peers are accepted
 * @param locations at most 100
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardMeshStatus(
    List<Condition> conditions,
    @Nullable WireGuardMeshSpec effective,
    @Nullable String revision,
    @Nullable Integer nodes,
    @Nullable Integer readyNodes,
    @Nullable Integer peers,
    List<MeshLocationStatus> locations) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardMeshStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    locations = locations == null ? List.of() : List.copyOf(locations);
  }
}
