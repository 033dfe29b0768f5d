package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a node is to the nodes of other locations. */
public enum NodeRole {
  /** Has WireGuard peers; speaks for its segment. */
  @JsonProperty("Gateway")
  GATEWAY,
  /** Is reached through a gateway of its location. */
  @JsonProperty("Member")
  MEMBER
}
