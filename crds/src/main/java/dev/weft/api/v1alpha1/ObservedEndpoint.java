package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Where an agent sees a peer.
 *
 * @param publicKey the peer
 * @param endpoint host:port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObservedEndpoint(
    @Required @Size(max = 44) String publicKey, @Required @Size(max = 262) String endpoint) {}
