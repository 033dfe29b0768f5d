package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A location as the administrator of the mesh defines it.
 *
 * @param name of the location, as other fields name it
 * @param nodeSelector Nodes that are in this location, whatever their labels and annotations say of
 *     it; {} selects all. No two entries may select one Node
 * @param locationCIDRs networks behind the location that the mesh reaches through its gateway; they
 *     need no allowedLocationCIDRs. No two entries may have overlapping ones
 * @param preferredGateways Nodes of the location that are preferred as its gateway, instead of
 *     those with the annotation weft.dev/gateway=true; absent: the annotation decides
 * @param excludedGateways Nodes of the location that are never its gateway, besides those with the
 *     annotation weft.dev/gateway=false
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MeshLocation(
    @Required @Size(min = 1, max = 63) @Pattern("^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$")
        String name,
    @Required @JsonInclude(JsonInclude.Include.NON_NULL) LabelSelector nodeSelector,
    @JsonProperty("locationCIDRs")
        @Size(max = 32)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> locationCIDRs,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelSelector preferredGateways,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelSelector excludedGateways) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public MeshLocation {
    locationCIDRs = locationCIDRs == null ? List.of() : List.copyOf(locationCIDRs);
  }
}
