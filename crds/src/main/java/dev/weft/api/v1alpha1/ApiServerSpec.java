package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A further address of the API server, besides those of the Service kubernetes and the one that
 * agents and operator call (the chart's apiServer): reserved for it, and reached beside the
 * tunnels.
 *
 * @param host IP address or DNS name
 * @param port TCP port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApiServerSpec(
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(value = Cel.HOST, messageExpression = Cel.HOST_SAYS)
        @ValidationRule(value = Cel.HOST_ELSEWHERE, messageExpression = Cel.HOST_ELSEWHERE_SAYS)
        String host,
    @Default("6443") @Min(1) @Max(65535) Integer port) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ApiServerSpec {
    port = port == null ? (Integer) 6443 : port;
  }
}
