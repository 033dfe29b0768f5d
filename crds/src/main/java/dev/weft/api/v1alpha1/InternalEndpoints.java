package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether nodes call the internal addresses of nodes of other locations. */
public enum InternalEndpoints {
  /** Where neither of two nodes has another endpoint that the other could call. */
  @JsonProperty("LastResort")
  LAST_RESORT,
  /** At no time: they are called inside their location only. */
  @JsonProperty("Never")
  NEVER
}
