package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something outside the cluster: a laptop, a phone, an office router, another cluster.
 *
 * @param mesh the mesh; absent: the only one
 * @param publicKey base64 of 32 bytes; absent: the operator makes the key pair
 * @param presharedKeySecretRef Secret in the agents' namespace with the preshared key
 * @param presharedKey no place for a key: Generate has the operator make one, into a Secret in the
 *     agents' namespace; absent: there is none, unless presharedKeySecretRef names one
 * @param allowedIPs prefixes behind the peer; empty: one address per family is allocated
 * @param endpoint absent: it roams
 * @param persistentKeepalive towards the peer
 * @param location attach to this location only
 * @param fullTunnel whether it sends everything through the gateway of its location, and reaches
 *     the internet from there, with that gateway's address
 * @param dns DNS servers put into its configuration
 * @param expiresAt RFC 3339 time
 * @param disabled taken off every gateway while true
 */
@ValidationRule(value = Cel.MESH_KEPT, message = Cel.MESH_KEPT_SAYS, fieldPath = ".mesh")
@ValidationRule(
    value = Cel.FULL_TUNNEL_LOCATION,
    message = Cel.FULL_TUNNEL_LOCATION_SAYS,
    fieldPath = ".location")
@ValidationRule(
    value = "!has(self.presharedKey) || !has(self.presharedKeySecretRef)",
    message =
        "presharedKey and presharedKeySecretRef exclude each other: name a Secret or have a key made",
    fieldPath = ".presharedKey")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerSpec(
    @Nullable @Size(max = 63) @Pattern(Cel.MESH_NAME) String mesh,
    @Nullable
        @Size(max = 44)
        @ValidationRule(value = Cel.KEY, message = Cel.KEY_SAYS)
        @ValidationRule(value = Cel.KEY_NOT_ZERO, message = Cel.KEY_NOT_ZERO_SAYS)
        String publicKey,
    @Nullable SecretRef presharedKeySecretRef,
    @Nullable PresharedKeyPolicy presharedKey,
    @JsonProperty("allowedIPs")
        @Size(max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST_OR_ALL, messageExpression = Cel.UNICAST_OR_ALL_SAYS)
        })
        List<@Size(max = 49) String> allowedIPs,
    @Nullable PeerEndpoint endpoint,
    @Nullable
        @Size(max = 20)
        @ValidationRule(value = Cel.DURATION, messageExpression = Cel.DURATION_SAYS)
        @ValidationRule(value = Cel.KEEPALIVE, messageExpression = Cel.KEEPALIVE_SAYS)
        String persistentKeepalive,
    @Nullable @Size(min = 1, max = 253) String location,
    @Nullable Boolean fullTunnel,
    @JsonProperty("dns")
        @Size(max = 8)
        @Items(@ValidationRule(value = Cel.IP, messageExpression = Cel.IP_SAYS))
        List<@Size(max = 45) String> dns,
    @Nullable
        @Size(max = 40)
        @ValidationRule(value = Cel.RFC3339, messageExpression = Cel.RFC3339_SAYS)
        String expiresAt,
    @Nullable Boolean disabled) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public PeerSpec {
    allowedIPs = allowedIPs == null ? List.of() : List.copyOf(allowedIPs);
    dns = dns == null ? List.of() : List.copyOf(dns);
  }
}
