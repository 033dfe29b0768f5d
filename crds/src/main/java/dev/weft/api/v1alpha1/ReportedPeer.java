package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * How the tunnel to a peer fares.
 *
 * @param publicKey the peer
 * @param handshake age class: Fresh (under 3 minutes), Stale, Never
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReportedPeer(
    @Required @Size(max = 44) String publicKey,
    @Required @Pattern("^(Fresh|Stale|Never)$") String handshake) {}
