package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether pod traffic that leaves the mesh is masqueraded. */
public enum Masquerade {
  /** Yes, when it leaves the mesh. */
  @JsonProperty("Auto")
  AUTO,
  /** Never. */
  @JsonProperty("Disabled")
  DISABLED
}
