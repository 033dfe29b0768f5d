package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where WireGuard runs. */
public enum WireGuardImplementation {
  /** The kernel where it has WireGuard, wireguard-go where not. */
  @JsonProperty("Auto")
  AUTO,
  /** The kernel only. */
  @JsonProperty("Kernel")
  KERNEL,
  /** wireguard-go only. */
  @JsonProperty("Userspace")
  USERSPACE
}
