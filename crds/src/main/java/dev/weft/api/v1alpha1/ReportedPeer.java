package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * State of the tunnel to a peer.
 *
 * @param publicKey the peer
 * @param handshake age class: Fresh (under 3 minutes), Stale, Never
 * @param pathMTU bytes that the tunnel carries, where that is less than the device does
 * @param reachable whether the peer, a node, answers inside the tunnel: its agent, or without one
 *     its kernel; absent: not known, or not looked after, for the node has too many tunnels
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReportedPeer(
    @Required @Size(max = 44) String publicKey,
    @Required @Pattern("^(Fresh|Stale|Never)$") String handshake,
    @Nullable @Min(576) @Max(65535) Integer pathMTU,
    @Nullable Boolean reachable) {}
