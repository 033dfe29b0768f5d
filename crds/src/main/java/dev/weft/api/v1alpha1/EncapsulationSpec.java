package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;

/**
 * How packets between nodes of one location travel.
 *
 * @param mode when to encapsulate
 * @param protocol how to encapsulate
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EncapsulationSpec(
    @Default("CrossSubnet") EncapsulationMode mode,
    @Default("Auto") EncapsulationProtocol protocol) {
  /** What an absent EncapsulationSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final EncapsulationSpec DEFAULT = new EncapsulationSpec(null, null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public EncapsulationSpec {
    mode = mode == null ? EncapsulationMode.CROSS_SUBNET : mode;
    protocol = protocol == null ? EncapsulationProtocol.AUTO : protocol;
  }
}
