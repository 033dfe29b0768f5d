package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who attaches pods and carries their packets inside a location. */
public enum PodNetworkOwner {
  /** Weft: pods have addresses of their Node's pod CIDRs, and Weft routes to them. */
  @JsonProperty("Weft")
  WEFT,
  /** Another CNI: Weft carries pods' packets between locations only. */
  @JsonProperty("External")
  EXTERNAL
}
