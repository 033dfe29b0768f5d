package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Peer as it is in force; what agents act on.
 *
 * @param mesh the mesh
 * @param publicKey base64 of 32 bytes
 * @param allowedIPs accepted prefixes
 * @param endpoint absent: it roams
 * @param persistentKeepalive towards the peer
 * @param location attached to this location only
 * @param fullTunnel whether what it sends to the internet leaves from the gateway of its location
 * @param presharedKeySecretRef where the preshared key is
 * @param expiresAt RFC 3339 time from which agents drop it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EffectivePeer(
    @Required String mesh,
    @Required String publicKey,
    @JsonProperty("allowedIPs") List<String> allowedIPs,
    @Nullable PeerEndpoint endpoint,
    @Nullable String persistentKeepalive,
    @Nullable String location,
    @Nullable Boolean fullTunnel,
    @Nullable SecretRef presharedKeySecretRef,
    @Nullable String expiresAt) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public EffectivePeer {
    allowedIPs = allowedIPs == null ? List.of() : List.copyOf(allowedIPs);
  }
}
