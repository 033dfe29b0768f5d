package dev.weft.mesh.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The packet filter as iptables has it, in full. */
class SaveTextTest {
  private static final DesiredFirewall WANTED =
      new DesiredFirewall(
          List.of("weft0", "weftbr0"),
          List.of("weft0"),
          List.of(51820),
          0x1000,
          0x1000,
          List.of(
              new MasqueradeRule(prefixes("10.42.1.0/24"), List.of(), prefixes("10.42.0.0/16")),
              new MasqueradeRule(prefixes("10.42.0.0/16"), prefixes("192.168.7.0/24"), List.of())),
          prefixes("10.42.0.0/16"),
          prefixes("10.42.1.0/24", "10.4.0.1/32"),
          List.of(),
          new EncapsulationGuard(List.of(51819), true, prefixes("172.16.0.2/32")),
          new EgressFilter(List.of("weftbr0"), List.of("weftex4"), true),
          DirectArrivals.of(prefixes("10.1.0.7/32"), List.of(MacAddress.derivedFrom("a2")), 0x1000),
          new HostGuard(
              List.of("weftbr0"),
              prefixes("10.42.1.0/24"),
              List.of("eth0"),
              prefixes("10.42.1.0/24", "10.96.0.0/16")),
          new ExitGuard(
              List.of("weft0", "weftex4"), prefixes("10.0.0.0/8"), prefixes("10.42.0.0/16")));

  private static List<Prefix> prefixes(String... texts) {
    return List.of(texts).stream().map(Prefix::parse).toList();
  }

  @Test
  void aNodesFilterInFull() {
    assertEquals(
        """
        *raw
        :WEFT-PODS -
        :WEFT-GUARD -
        :WEFT-OPEN -
        :WEFT-REFUSED -
        :WEFT-OUTSIDE -
        :WEFT-PREROUTING -
        :WEFT-OWN -
        :WEFT-TRACKED -
        :WEFT-FROM -
        :WEFT-TO -
        -A PREROUTING -m comment --comment weft -j WEFT-GUARD
        -A PREROUTING -m comment --comment weft -j WEFT-OUTSIDE
        -A PREROUTING -m comment --comment weft -j WEFT-PREROUTING
        -A WEFT-PODS -s 10.42.1.0/24 -j RETURN
        -A WEFT-PODS -j DROP
        -A WEFT-GUARD -i weftbr0 -j WEFT-PODS
        -A WEFT-OPEN -d 10.42.0.0/16 -j RETURN
        -A WEFT-OPEN -j DROP
        -A WEFT-REFUSED -d 10.0.0.0/8 -g WEFT-OPEN
        -A WEFT-OUTSIDE -i weft0 -j WEFT-REFUSED
        -A WEFT-OUTSIDE -i weftex4 -j WEFT-REFUSED
        -A WEFT-PREROUTING -g WEFT-OWN
        -A WEFT-OWN -s 10.4.0.1/32 -j RETURN
        -A WEFT-OWN -d 10.4.0.1/32 -j RETURN
        -A WEFT-OWN -s 10.42.1.0/24 -j RETURN
        -A WEFT-OWN -d 10.42.1.0/24 -j RETURN
        -A WEFT-OWN -g WEFT-TRACKED
        -A WEFT-TRACKED -g WEFT-FROM
        -A WEFT-FROM -s 10.42.0.0/16 -g WEFT-TO
        -A WEFT-TO -d 10.42.0.0/16 -j CT --notrack
        COMMIT
        *mangle
        :WEFT-CLOSED -
        :WEFT-LEAVING -
        :WEFT-PREROUTING -
        :WEFT-EXIT -
        :WEFT-CALLER -
        :WEFT-CALLERS -
        :WEFT-CALLED -
        :WEFT-DIRECT -
        :WEFT-ANSWERS -
        :WEFT-CALLS -
        :WEFT-INPUT -
        :WEFT-ENCAP -
        :WEFT-BEGUN -
        :WEFT-FORWARD -
        -A POSTROUTING -m comment --comment weft -j WEFT-LEAVING
        -A PREROUTING -m comment --comment weft -j WEFT-PREROUTING
        -A PREROUTING -m comment --comment weft -j WEFT-EXIT
        -A PREROUTING -m comment --comment weft -j WEFT-DIRECT
        -A OUTPUT -m comment --comment weft -j WEFT-ANSWERS
        -A POSTROUTING -m comment --comment weft -j WEFT-CALLS
        -A INPUT -m comment --comment weft -j WEFT-INPUT
        -A FORWARD -m comment --comment weft -j WEFT-FORWARD
        -A WEFT-CLOSED -d 10.42.1.0/24 -j DROP
        -A WEFT-CLOSED -d 10.96.0.0/16 -j DROP
        -A WEFT-LEAVING -o eth0 -j WEFT-CLOSED
        -A WEFT-PREROUTING -i weft0 -j RETURN
        -A WEFT-PREROUTING -p udp -m udp --dport 51820 -m addrtype --dst-type LOCAL -j MARK --set-xmark 0x1000/0x1000
        -A WEFT-EXIT -i weftex4 -j CONNMARK --set-xmark 0x1000/0x1000
        -A WEFT-EXIT -i weftex4 -j RETURN
        -A WEFT-EXIT -m connmark --mark 0x1000/0x1000 -j MARK --set-xmark 0x1000/0x1000
        -A WEFT-CALLER -j CONNMARK --set-xmark 0x40/0x40
        -A WEFT-CALLERS -s 10.1.0.7/32 -g WEFT-CALLER
        -A WEFT-CALLED -d 10.1.0.7/32 -g WEFT-CALLER
        -A WEFT-DIRECT -m conntrack --ctdir REPLY -m connmark --mark 0x40/0x40 -j MARK --set-xmark 0x40/0x40
        -A WEFT-DIRECT -m conntrack --ctdir REPLY -j RETURN
        -A WEFT-DIRECT -i weft0 -j RETURN
        -A WEFT-DIRECT -i weftbr0 -j RETURN
        -A WEFT-DIRECT -i lo -j RETURN
        -A WEFT-DIRECT -m conntrack --ctstate NEW -m mac --mac-source %s -j RETURN
        -A WEFT-DIRECT -m conntrack --ctstate NEW -m addrtype --dst-type LOCAL -j WEFT-CALLERS
        -A WEFT-DIRECT -m connmark --mark 0x40/0x40 -j MARK --set-xmark 0x20/0x20
        -A WEFT-ANSWERS -m conntrack --ctdir REPLY -m connmark --mark 0x40/0x40 -j MARK --set-xmark 0x40/0x40
        -A WEFT-CALLS -o weft0 -j RETURN
        -A WEFT-CALLS -o weftbr0 -j RETURN
        -A WEFT-CALLS -o lo -j RETURN
        -A WEFT-CALLS -m conntrack --ctstate NEW -j WEFT-CALLED
        -A WEFT-INPUT -p udp -m udp --dport 51819 -j WEFT-ENCAP
        -A WEFT-INPUT -p 4 -j WEFT-ENCAP
        -A WEFT-ENCAP -s 172.16.0.2/32 -j RETURN
        -A WEFT-ENCAP -j DROP
        -A WEFT-BEGUN -i weftex4 -j RETURN
        -A WEFT-BEGUN -o weft0 -j RETURN
        -A WEFT-BEGUN -o weftbr0 -j RETURN
        -A WEFT-BEGUN -j DROP
        -A WEFT-FORWARD -o weftex4 -j MARK --set-xmark 0x0/0x1000
        -A WEFT-FORWARD -o weftex4 -j CONNMARK --set-xmark 0x1000/0x1000
        -A WEFT-FORWARD -i weftbr0 -m connmark --mark 0x1000/0x1000 -j WEFT-BEGUN
        -A WEFT-FORWARD -i weftbr0 -m conntrack --ctstate INVALID -j WEFT-BEGUN
        -A WEFT-FORWARD -i weftex4 -m conntrack --ctstate INVALID -j DROP
        -A WEFT-FORWARD -m connmark --mark 0x1000/0x1000 -j WEFT-BEGUN
        -A WEFT-FORWARD -o weft0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
        -A WEFT-FORWARD -i weft0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
        COMMIT
        *nat
        :WEFT-POSTROUTING -
        :WEFT-NAT0 -
        :WEFT-NAT0-EXCEPT -
        :WEFT-NAT1 -
        :WEFT-NAT1-EXCEPT -
        :WEFT-NAT1-TO -
        -A POSTROUTING -m comment --comment weft -j WEFT-POSTROUTING
        -A WEFT-POSTROUTING -o weft0 -j RETURN
        -A WEFT-POSTROUTING -o weftbr0 -j RETURN
        -A WEFT-POSTROUTING -j WEFT-NAT0
        -A WEFT-POSTROUTING -j WEFT-NAT1
        -A WEFT-NAT0 -s 10.42.1.0/24 -g WEFT-NAT0-EXCEPT
        -A WEFT-NAT0-EXCEPT -d 10.42.0.0/16 -j RETURN
        -A WEFT-NAT0-EXCEPT -j MASQUERADE
        -A WEFT-NAT1 -s 10.42.0.0/16 -g WEFT-NAT1-EXCEPT
        -A WEFT-NAT1-EXCEPT -g WEFT-NAT1-TO
        -A WEFT-NAT1-TO -d 192.168.7.0/24 -j MASQUERADE
        COMMIT
        """
            .formatted(MacAddress.derivedFrom("a2")),
        SaveText.of(WANTED, Family.IPV4).replaceAll(" -m comment --comment weft:[0-9a-f]{8}", ""));
  }

  @Test
  void theOtherFamilyHasNoneOfItsAddressesAndNoIpip() {
    var text = SaveText.of(WANTED, Family.IPV6);
    assertTrue(text.lines().noneMatch(l -> l.contains("10.") || l.contains("-p 4")), text);
    assertTrue(text.contains("-A WEFT-ENCAP -m comment"), text);
  }

  @Test
  void everyRuleThatIsNoElementBearsItsOwnCheckSum() {
    var chains = FilterChains.of(WANTED, Family.IPV4);
    var rules = chains.stream().flatMap(c -> c.rules().stream()).distinct().toList();
    assertEquals(rules.size(), rules.stream().map(FilterRule::comment).distinct().count());
  }

  @Test
  void aPolicyThatDropsIsPassedByOurLinksAndToTheHostByOurPortsAlone() {
    assertEquals(
        List.of("-i weft0", "-o weft0", "-i weftbr0", "-o weftbr0"),
        matches(FilterChains.accepting(WANTED, Family.IPV4, "FORWARD")));
    assertEquals(
        List.of(
            "-p udp -m udp --dport 51820",
            "-p udp -m udp --dport 51819",
            "-p 4",
            "-i weft0 -p udp -m udp --dport 51818"),
        matches(FilterChains.accepting(WANTED, Family.IPV4, "INPUT")));
  }

  private static List<String> matches(FilterChain chain) {
    return chain.rules().stream().map(FilterRule::matches).toList();
  }

  @Test
  void aSetOfEverythingIsTwoHalves() {
    assertEquals(
        List.of("-d 0.0.0.0/1 -j RETURN", "-d 128.0.0.0/1 -j RETURN"),
        SetChain.of("nat0_except").getFirst().rules(Prefix.all(Family.IPV4)));
  }
}
