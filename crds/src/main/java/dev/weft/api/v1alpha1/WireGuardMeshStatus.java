package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a mesh.
 *
 * @param conditions Ready, Planned, Applied, Reachable, Failover, and Redundant where several
 *     gateways per location are asked for
 * @param effective the spec in force: the last one that was accepted
 * @param revision hash of the view that agents should have applied
 * @param nodes how many nodes the mesh has
 * @param readyNodes how many of them have applied the plan
 * @param peers how many Peers are accepted
 * @param locations with their gateways, by name; at most 100. Where a location of the mesh has
 *     several gateways, gatewayStates has the ordinal of each and whether it is Ready, Draining,
 *     Out or Unknown
 * @param observedGeneration metadata.generation of the spec that this status is about
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardMeshStatus(
    @Size(max = 32) List<Condition> conditions,
    @Nullable WireGuardMeshSpec effective,
    @Nullable @Size(max = 128) String revision,
    @Nullable @Min(0) Integer nodes,
    @Nullable @Min(0) Integer readyNodes,
    @Nullable @Min(0) Integer peers,
    @Size(max = 100) List<MeshLocationStatus> locations,
    @Nullable @Min(0) Long observedGeneration) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardMeshStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    locations = locations == null ? List.of() : List.copyOf(locations);
  }
}
