package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;

/**
 * Where an agent sees a peer.
 *
 * @param publicKey the peer
 * @param endpoint host:port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObservedEndpoint(@Required String publicKey, @Required String endpoint) {}
