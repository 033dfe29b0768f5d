package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A location as it is.
 *
 * @param name location
 * @param nodes how many nodes
 * @param gateways names of its gateways
 * @param gatewayStates its gateways by ordinal, where a location of the mesh has several; at most 8
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MeshLocationStatus(
    @Required @Size(max = 253) String name,
    @Required @Min(0) Integer nodes,
    @Size(max = 64) List<@Size(max = 253) String> gateways,
    @Size(max = 8) List<MeshGatewayStatus> gatewayStates) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public MeshLocationStatus {
    gateways = gateways == null ? List.of() : List.copyOf(gateways);
    gatewayStates = gatewayStates == null ? List.of() : List.copyOf(gatewayStates);
  }
}
