package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The CNI that Weft runs beside, as {@code spec.overlay} named it before there was {@code
 * spec.podNetwork}.
 */
public enum Overlay {
  /** None: Weft attaches the pods itself. */
  @JsonProperty("None")
  NONE,
  /** flannel. */
  @JsonProperty("Flannel")
  FLANNEL,
  /** Cilium. */
  @JsonProperty("Cilium")
  CILIUM,
  /** Calico. */
  @JsonProperty("Calico")
  CALICO
}
