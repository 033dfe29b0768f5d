package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;

/**
 * Where a peer listens.
 *
 * @param host IP address or DNS name
 * @param port UDP port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerEndpoint(@Required String host, @Required Integer port) {}
