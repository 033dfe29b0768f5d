package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One cloud of a topology. Of the private prefix, the router has address 1, the control plane 10
 * and the nodes those from 11; of the public one, the internet has 1, the router 2, and behind a
 * one-to-one NAT the machines have the same numbers as inside.
 *
 * @param name a Kubernetes region, and the beginning of its nodes' names
 * @param nodes how many there are at first
 * @param controlPlane whether etcd and the API server are here; exactly one cloud has it
 */
public record CloudSpec(
    String name,
    Nat nat,
    @JsonProperty("private") Subnet privateSubnet,
    @JsonProperty("public") Subnet publicSubnet,
    int nodes,
    boolean controlPlane) {
  /** The number of the control plane's addresses. */
  static final int CONTROL_PLANE = 10;

  /** The router's address inside. */
  public String routerPrivate() {
    return privateSubnet.host(1);
  }

  /** The router's address outside. */
  public String routerPublic() {
    return publicSubnet.host(2);
  }

  /** The internet's address on the link to this cloud. */
  public String internet() {
    return publicSubnet.host(1);
  }
}
