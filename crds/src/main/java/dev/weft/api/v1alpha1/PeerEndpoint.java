package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * Where a peer listens.
 *
 * @param host IP address or DNS name
 * @param port UDP port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerEndpoint(
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(value = Cel.HOST, messageExpression = Cel.HOST_SAYS)
        @ValidationRule(value = Cel.HOST_ELSEWHERE, messageExpression = Cel.HOST_ELSEWHERE_SAYS)
        String host,
    @Required @Min(1) @Max(65535) Integer port) {}
