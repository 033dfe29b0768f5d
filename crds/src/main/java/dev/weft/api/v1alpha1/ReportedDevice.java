package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

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
    @Default("0") Integer lane,
    @Default("0") Integer generation,
    @Required String publicKey,
    @Required Integer listenPort) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ReportedDevice {
    lane = lane == null ? (Integer) 0 : lane;
    generation = generation == null ? (Integer) 0 : generation;
  }
}
