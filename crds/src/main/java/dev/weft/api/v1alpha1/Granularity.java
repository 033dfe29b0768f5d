package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which nodes speak WireGuard to each other. */
public enum Granularity {
  /** Gateways per location, a full mesh among locations. */
  @JsonProperty("Location")
  LOCATION,
  /** Every node is a segment of its own. */
  @JsonProperty("Full")
  FULL,
  /**
   * Nodes with a usable endpoint reach other locations directly, and their own without WireGuard.
   */
  @JsonProperty("Cross")
  CROSS
}
