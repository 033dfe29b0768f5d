package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a Peer.
 *
 * @param conditions Ready, Accepted, Connected, ConfigOutdated
 * @param effective what is in force; absent: nothing
 * @param addresses mesh addresses allocated to it, one per family; they stay its own while it is
 *     disabled, expired or refused
 * @param gateway the gateway it is attached to, where it is attached to one location
 * @param lastHandshake RFC 3339 time: while it is connected since when, afterwards when it last
 *     was, to three minutes
 * @param endpointClass what kind of address a gateway last saw it call from: Public, Private (RFC
 *     1918, RFC 4193), SharedAddressSpace (RFC 6598), SpecialPurpose (others of RFC 6890); absent:
 *     none saw it call, or it is called at its spec.endpoint
 * @param configSecret Secret in the operator's namespace with the key pair and configuration that
 *     the operator made
 * @param observedGeneration metadata.generation of the spec that this status is about
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PeerStatus(
    @Size(max = 32) List<Condition> conditions,
    @Nullable EffectivePeer effective,
    @Size(max = 2) List<@Size(max = 45) String> addresses,
    @Nullable @Size(max = 253) String gateway,
    @Nullable @Size(max = 40) String lastHandshake,
    @Nullable EndpointClass endpointClass,
    @Nullable @Size(max = 253) String configSecret,
    @Nullable @Min(0) Long observedGeneration) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public PeerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
  }
}
