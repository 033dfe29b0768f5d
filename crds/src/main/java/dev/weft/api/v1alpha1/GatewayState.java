package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How one of several gateways of a location is. */
public enum GatewayState {
  /** A gateway of another location gets answers from it. */
  @JsonProperty("Ready")
  READY("Ready"),
  /** It is to be left, and others of its location take over; it still works. */
  @JsonProperty("Draining")
  DRAINING("Draining"),
  /** Gateways of other locations report that it does not answer, and none that it does. */
  @JsonProperty("Out")
  OUT("Out"),
  /** No gateway of another location reports anything of it. */
  @JsonProperty("Unknown")
  UNKNOWN("Unknown");

  private final String text;

  GatewayState(String text) {
    this.text = text;
  }

  /** As the API writes it. */
  @Override
  public String toString() {
    return text;
  }
}
