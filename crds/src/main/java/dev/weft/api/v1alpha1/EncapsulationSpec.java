package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/**
 * How packets between nodes of one location travel.
 *
 * @param mode when to encapsulate
 * @param protocol how to encapsulate
 * @param port UDP port of VXLAN, on every node
 * @param vni VXLAN network identifier, 24 bits
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EncapsulationSpec(
    @Default("CrossSubnet") EncapsulationMode mode,
    @Default("Auto") EncapsulationProtocol protocol,
    @Default("51819") @Min(1) @Max(65535) Integer port,
    @Default("7050") @Min(1) @Max(16777215) Integer vni) {
  /** What an absent EncapsulationSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final EncapsulationSpec DEFAULT = new EncapsulationSpec(null, null, null, null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public EncapsulationSpec {
    mode = mode == null ? EncapsulationMode.CROSS_SUBNET : mode;
    protocol = protocol == null ? EncapsulationProtocol.AUTO : protocol;
    port = port == null ? (Integer) 51819 : port;
    vni = vni == null ? (Integer) 7050 : vni;
  }
}
