package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something outside the cluster: a laptop, a phone, an office router, another cluster.
 *
 * @param mesh the mesh; absent: the only one
 * @param publicKey base64 of 32 bytes; absent: the operator makes the key pair
 * @param presharedKeySecretRef where the preshared key is
 * @param presharedKey how a preshared key is made
 * @param allowedIPs prefixes behind the peer; empty: one address per family is allocated
 * @param endpoint absent: it roams
 * @param persistentKeepalive towards the peer
 * @param location attach to this location only
 * @param fullTunnel whether it sends everything through the mesh
 * @param dns DNS servers put into its configuration
 * @param expiresAt RFC 3339 time
 * @param disabled taken off every gateway while true
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerSpec(
    @Nullable String mesh,
    @Nullable String publicKey,
    @Nullable SecretRef presharedKeySecretRef,
    @Nullable PresharedKeyPolicy presharedKey,
    @JsonProperty("allowedIPs") List<String> allowedIPs,
    @Nullable PeerEndpoint endpoint,
    @Nullable String persistentKeepalive,
    @Nullable String location,
    @Nullable Boolean fullTunnel,
    @JsonProperty("dns") List<String> dns,
    @Nullable String expiresAt,
    @Nullable Boolean disabled) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public PeerSpec {
    allowedIPs = allowedIPs == null ? List.of() : List.copyOf(allowedIPs);
    dns = dns == null ? List.of() : List.copyOf(dns);
  }
}
