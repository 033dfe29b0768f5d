package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a preshared key comes from when no Secret is named. */
public enum PresharedKeyPolicy {
  /** The operator makes one. */
  @JsonProperty("Generate")
  GENERATE
}
