package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One cloud of a topology. Of the private prefix, the router has address 1, the control plane 10
 * and the nodes those from 11; of the public one, the internet has 1, the router 2, and behind a
 * one-to-one NAT the machines have the same numbers as inside.
 *
 * @param name a Kubernetes region, and the beginning of its nodes' names
 * @param nodes how many there are at first
 * @param controlPlane whether etcd and the API server are here; exactly one cloud has it
 * @param subnets into how many the private prefix is cut; machines are dealt out in turn, and the
 *     router between passes on the cloud's own addresses and no others, as a source and destination
 *     check does; absent: one
 */
public record CloudSpec(
    String name,
    Nat nat,
    @JsonProperty("private") Subnet privateSubnet,
    @JsonProperty("public") Subnet publicSubnet,
    int nodes,
    boolean controlPlane,
    int subnets) {
  /** The number of the control plane's addresses. */
  static final int CONTROL_PLANE = 10;

  public CloudSpec {
    subnets = Math.max(1, subnets);
  }

  /** The subnets, of equal length. */
  public List<Subnet> parts() {
    int length = privateSubnet.length() + 32 - Integer.numberOfLeadingZeros(subnets - 1);
    return IntStream.range(0, subnets).mapToObj(i -> privateSubnet.part(i, length)).toList();
  }

  private int part(int number) {
    return number <= CONTROL_PLANE ? 0 : (number - CONTROL_PLANE - 1) % subnets;
  }

  /** The subnet of the machine with that number. */
  public Subnet subnet(int number) {
    return parts().get(part(number));
  }

  /** The router's link to the subnet of the machine with that number. */
  public String lan(int number) {
    return lanOfPart(part(number));
  }

  static String lanOfPart(int part) {
    return part == 0 ? "lan" : "lan" + (part + 1);
  }

  /** The address inside of the machine with that number. */
  public String address(int number) {
    return subnet(number).host(number);
  }

  /** The router's address in the subnet of the machine with that number. */
  public String router(int number) {
    return subnet(number).host(1);
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
