package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A WireGuard device as its agent made it.
 *
 * @param lane lane, from 0
 * @param generation counts key changes
 * @param publicKey base64 of 32 bytes
 * @param listenPort UDP port in use
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReportedDevice(
    @Default("0") @Min(0) @Max(7) Integer lane,
    @Default("0") @Min(0) Integer generation,
    @Required @Size(max = 44) @ValidationRule(value = Cel.KEY, message = Cel.KEY_SAYS)
        String publicKey,
    @Required @Min(1) @Max(65535) Integer listenPort) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ReportedDevice {
    lane = lane == null ? (Integer) 0 : lane;
    generation = generation == null ? (Integer) 0 : generation;
  }
}
