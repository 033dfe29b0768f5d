package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of address a Peer calls from, by the registries of RFC 6890; never the address. */
public enum EndpointClass {
  /** Of the internet: its own, or that of the NAT before it. */
  @JsonProperty("Public")
  PUBLIC("Public"),
  /** RFC 1918, RFC 4193: it is in the gateway's own network, or comes by another tunnel. */
  @JsonProperty("Private")
  PRIVATE("Private"),
  /** RFC 6598: it is inside the same carrier's network, before its NAT. */
  @JsonProperty("SharedAddressSpace")
  SHARED_ADDRESS_SPACE("SharedAddressSpace"),
  /** Any other of RFC 6890, such as link-local. */
  @JsonProperty("SpecialPurpose")
  SPECIAL_PURPOSE("SpecialPurpose");

  private final String text;

  EndpointClass(String text) {
    this.text = text;
  }

  /** As the API writes it. */
  @Override
  public String toString() {
    return text;
  }
}
