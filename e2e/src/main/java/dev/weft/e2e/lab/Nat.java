package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a cloud's router joins its private network to the internet. */
public enum Nat {
  /** None: machines have their public IPv4 addresses themselves, as rented hardware has. */
  @JsonProperty("Routed")
  ROUTED,
  /** Every machine has a public address of its own, as in AWS or GCP. */
  @JsonProperty("OneToOne")
  ONE_TO_ONE,
  /**
   * One public address; a mapping keeps its port for every destination, and only a destination that
   * was spoken to, at the same port, may answer: most homes.
   */
  @JsonProperty("PortRestricted")
  PORT_RESTRICTED,
  /** One public address and another random port for every destination: mobile carriers. */
  @JsonProperty("Symmetric")
  SYMMETRIC
}
