package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of packets for the internet while their exit is away. */
public enum EgressFallback {
  /** They are refused: nothing leaves by another way. */
  @JsonProperty("Drop")
  DROP,
  /** They leave at their own node, with its address. */
  @JsonProperty("Local")
  LOCAL
}
