package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which node addresses are meshed. */
public enum NodeTraffic {
  /** The internal IPs, besides the mesh addresses. */
  @JsonProperty("InternalIPs")
  INTERNAL_IPS,
  /** Only the mesh addresses; host traffic is sent from them. */
  @JsonProperty("None")
  NONE
}
