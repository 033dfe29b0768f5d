package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One of several gateways of a location.
 *
 * @param node name of its Node
 * @param ordinal its number in the location, from 0
 * @param state Ready: gateways of other locations get answers from it; Draining: it is to be left,
 *     and still works; Out: it is reported not to answer; Unknown: nothing is reported of it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MeshGatewayStatus(
    @Required @Size(max = 253) String node,
    @Required @Min(0) @Max(7) Integer ordinal,
    @Required GatewayState state) {}
