package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weft.mesh.net.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One cloud of a topology. Of each private prefix, the router has address 1, the control plane 10
 * and the nodes those from 11; of the public IPv4 prefix, the internet has 1, the router 2, and
 * behind a one-to-one NAT the machines have the same numbers as inside. A public IPv6 prefix is
 * routed, and so is an IPv4 one without NAT: machines have its addresses themselves, numbered as
 * the private ones; behind a port-restricted or symmetric router nothing comes in that wasn't asked
 * for.
 *
 * @param name a Kubernetes region, and the beginning of its nodes' names
 * @param privateSubnets at most one per family
 * @param publicSubnets at most one per family, at least one
 * @param nodes how many there are at first
 * @param controlPlane whether etcd and the API server are here; exactly one cloud has it
 * @param subnets into how many the private IPv4 prefix is cut; machines are dealt out in turn, and
 *     the router between passes on the cloud's own addresses and no others, as a source and
 *     destination check does; absent: one
 */
public record CloudSpec(
    String name,
    Nat nat,
    @JsonProperty("private") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<Subnet> privateSubnets,
    @JsonProperty("public") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<Subnet> publicSubnets,
    int nodes,
    boolean controlPlane,
    int subnets) {
  /** The number of the control plane's addresses. */
  static final int CONTROL_PLANE = 10;

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public CloudSpec {
    privateSubnets = privateSubnets == null ? List.of() : List.copyOf(privateSubnets);
    publicSubnets = publicSubnets == null ? List.of() : List.copyOf(publicSubnets);
    subnets = Math.max(1, subnets);
    if (publicSubnets.isEmpty()) {
      throw new IllegalArgumentException(name + ": a cloud needs a public prefix");
    }
  }

  /** The private prefix of a family. */
  public Optional<Subnet> privateSubnet(Family family) {
    return privateSubnets.stream().filter(s -> s.family() == family).findFirst();
  }

  /** The public prefix of a family. */
  public Optional<Subnet> publicSubnet(Family family) {
    return publicSubnets.stream().filter(s -> s.family() == family).findFirst();
  }

  private int part(int number) {
    return number <= CONTROL_PLANE ? 0 : (number - CONTROL_PLANE - 1) % subnets;
  }

  /** The prefixes of one of the cloud's links: private IPv4, private and public IPv6. */
  List<Subnet> onLink(int part) {
    var prefixes = new ArrayList<Subnet>();
    privateSubnet(Family.IPV4)
        .map(s -> s.part(part, s.length() + 32 - Integer.numberOfLeadingZeros(subnets - 1)))
        .ifPresent(prefixes::add);
    if (nat == Nat.ROUTED && part == 0) {
      publicSubnet(Family.IPV4).ifPresent(prefixes::add);
    }
    if (part == 0) {
      privateSubnet(Family.IPV6).ifPresent(prefixes::add);
      publicSubnet(Family.IPV6).ifPresent(prefixes::add);
    }
    return prefixes;
  }

  /** The prefixes of the link that the machine with that number is on. */
  List<Subnet> linkOf(int number) {
    return onLink(part(number));
  }

  /** The router's link to the machine with that number. */
  String lan(int number) {
    return lanOfPart(part(number));
  }

  static String lanOfPart(int part) {
    return part == 0 ? "lan" : "lan" + (part + 1);
  }

  /** All links' numbers. */
  IntStream links() {
    return IntStream.range(0, subnets);
  }

  /** A machine's own address of a family, on its link: the private one where it has one. */
  public Optional<String> address(Family family, int number) {
    return linkOf(number).stream()
        .filter(s -> s.family() == family)
        .findFirst()
        .map(s -> s.host(number));
  }

  /** Its address as the internet knows it. */
  public Optional<String> publicAddress(Family family, int number) {
    boolean reachable = family == Family.IPV6 || nat == Nat.ONE_TO_ONE || nat == Nat.ROUTED;
    return publicSubnet(family).filter(s -> reachable).map(s -> s.host(number));
  }

  /** A machine's own addresses, one per family. */
  public List<String> addresses(int number) {
    return Stream.of(Family.values()).flatMap(f -> address(f, number).stream()).toList();
  }

  /** Its addresses that the internet knows and that aren't its own. */
  public List<String> externalAddresses(int number) {
    var own = addresses(number);
    return Stream.of(Family.values())
        .flatMap(f -> publicAddress(f, number).stream())
        .filter(a -> !own.contains(a))
        .toList();
  }
}
