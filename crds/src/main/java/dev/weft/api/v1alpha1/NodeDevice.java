package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * A WireGuard device of a node, as others reach it.
 *
 * @param lane lane, from 0
 * @param generation counts key changes
 * @param publicKey base64 of 32 bytes
 * @param listenPort UDP port
 * @param endpoints candidates host:port that other locations may use, best first; empty: behind NAT
 * @param observedEndpoints where others see it behind its NAT, host:port; only nodes that are
 *     behind NAT themselves call it there
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeDevice(
    @Default("0") @Min(0) @Max(7) Integer lane,
    @Default("0") @Min(0) Integer generation,
    @Required @Size(max = 44) @ValidationRule(value = Cel.KEY, message = Cel.KEY_SAYS)
        String publicKey,
    @Required @Min(1) @Max(65535) Integer listenPort,
    @Size(max = 16) List<@Size(max = 262) String> endpoints,
    @Size(max = 4) List<@Size(max = 262) String> observedEndpoints) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public NodeDevice {
    lane = lane == null ? (Integer) 0 : lane;
    generation = generation == null ? (Integer) 0 : generation;
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    observedEndpoints = observedEndpoints == null ? List.of() : List.copyOf(observedEndpoints);
  }
}
