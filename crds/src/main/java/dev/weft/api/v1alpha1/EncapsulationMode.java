package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When packets between nodes of one location are encapsulated. */
public enum EncapsulationMode {
  /** Never: the network between them carries pod addresses. */
  @JsonProperty("Never")
  NEVER,
  /** Between nodes that share no subnet. */
  @JsonProperty("CrossSubnet")
  CROSS_SUBNET,
  /** Always. */
  @JsonProperty("Always")
  ALWAYS
}
