package dev.weft.mesh.iptables;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.stream.Stream;

/**
 * A chain that stands for a set: a rule or two per element.
 *
 * <p>iptables has no sets of its own, and ipset(8) is one more program and kernel module that a
 * node may lack (ADR 12).
 *
 * @param set its name ({@link dev.weft.mesh.desired.FirewallSets})
 * @param table of the chain
 * @param chain its name
 * @param source whether an element's source is looked at
 * @param destination whether its destination is
 * @param action of a packet that belongs to the set
 */
public record SetChain(
    String set, String table, String chain, boolean source, boolean destination, String action) {
  private static final String NAT = "nat";

  /** The chains of a set of that name. */
  public static List<SetChain> of(String set) {
    if (set.startsWith(NAT)) {
      int end = set.indexOf('_');
      var chain = FilterChain.PREFIX + "NAT" + set.substring(NAT.length(), end);
      return List.of(
          switch (set.substring(end + 1)) {
            case "source" -> new SetChain(set, NAT, chain, true, false, "-g " + chain + "-EXCEPT");
            case "except" -> new SetChain(set, NAT, chain + "-EXCEPT", false, true, "-j RETURN");
            case "destination" ->
                new SetChain(set, NAT, chain + "-TO", false, true, "-j MASQUERADE");
            default -> throw new IllegalArgumentException("no set is named " + set);
          });
    }
    return switch (set.substring(0, set.length() - 1)) {
      case "own" -> List.of(new SetChain(set, "raw", "WEFT-OWN", true, true, "-j RETURN"));
      case "tracked" -> List.of(new SetChain(set, "raw", "WEFT-TRACKED", true, true, "-j RETURN"));
      case "mesh" ->
          List.of(
              new SetChain(set, "raw", "WEFT-FROM", true, false, "-g WEFT-TO"),
              new SetChain(set, "raw", "WEFT-TO", false, true, "-j CT --notrack"));
      case "pods" -> List.of(new SetChain(set, "raw", "WEFT-PODS", true, false, "-j RETURN"));
      case "refused" ->
          List.of(new SetChain(set, "raw", "WEFT-REFUSED", false, true, "-g WEFT-OPEN"));
      case "open" -> List.of(new SetChain(set, "raw", "WEFT-OPEN", false, true, "-j RETURN"));
      case "closed" -> List.of(new SetChain(set, "mangle", "WEFT-CLOSED", false, true, "-j DROP"));
      case "direct" ->
          List.of(
              new SetChain(set, "mangle", "WEFT-CALLERS", true, false, "-g " + DirectChains.CALLER),
              new SetChain(set, "mangle", "WEFT-CALLED", false, true, "-g " + DirectChains.CALLER));
      case "encap" -> List.of(new SetChain(set, "mangle", "WEFT-ENCAP", true, false, "-j RETURN"));
      default -> throw new IllegalArgumentException("no set is named " + set);
    };
  }

  /** The rules of an element, without the chain. */
  public List<String> rules(Prefix element) {
    return halves(element)
        .flatMap(
            half ->
                Stream.concat(
                    source ? Stream.of("-s " + half + " " + action) : Stream.empty(),
                    destination ? Stream.of("-d " + half + " " + action) : Stream.empty()))
        .toList();
  }

  /** A match of everything isn't printed by iptables, so it is made of two halves. */
  private static Stream<Prefix> halves(Prefix element) {
    if (element.length() > 0) {
      return Stream.of(element);
    }
    var upper =
        switch (element.family()) {
          case IPV4 -> IpAddress.parse("128.0.0.0");
          case IPV6 -> IpAddress.parse("8000::");
        };
    return Stream.of(Prefix.of(element.address(), 1), Prefix.of(upper, 1));
  }
}
