package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How packets between nodes of one location are encapsulated. */
public enum EncapsulationProtocol {
  /** What the kernel and the path can do. */
  @JsonProperty("Auto")
  AUTO,
  /** IPv4 in IPv4, protocol 4. */
  @JsonProperty("IPIP")
  IPIP,
  /** VXLAN over UDP. */
  @JsonProperty("VXLAN")
  VXLAN
}
