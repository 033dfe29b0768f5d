package dev.weft.mesh.render;

import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.mesh.desired.DesiredAddress;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.iptables.SaveText;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One node's desired state as text. */
public final class StateText {
  private final StringBuilder text = new StringBuilder();
  private final Function<Endpoint, String> endpointText;

  private StateText(Function<Endpoint, String> endpointText) {
    this.endpointText = endpointText;
  }

  /**
   * The text.
   *
   * @param endpointText how an endpoint is shown
   */
  public static String of(DesiredState state, Function<Endpoint, String> endpointText) {
    return of(state, endpointText, FirewallBackend.NFTABLES);
  }

  /**
   * The text.
   *
   * @param firewall what the node's packet filter is shown as
   */
  public static String of(
      DesiredState state, Function<Endpoint, String> endpointText, FirewallBackend firewall) {
    var text = new StateText(endpointText);
    text.render(state);
    switch (firewall) {
      case AUTO, NFTABLES -> text.nftables(state.firewall());
      case IPTABLES -> text.iptables(state.firewall());
    }
    return text.text.toString();
  }

  private void render(DesiredState state) {
    for (var device : state.devices()) {
      line("# ip link, ip address");
      line("link %s mtu %d up".formatted(device.name(), device.mtu()));
      state.addresses().stream()
          .filter(a -> a.link().equals(device.name()))
          .forEach(a -> line("address %s dev %s noprefixroute".formatted(a.address(), a.link())));
      line("# wg showconf " + device.name());
      line("[Interface]");
      line("ListenPort = " + device.listenPort());
      line("FwMark = 0x%x".formatted(device.firewallMark()));
      line("PrivateKey = (redacted)");
      device.peers().forEach(this::peer);
    }
    encapsulation(state.encapsulation(), state.addresses());
    line("# ip rule");
    state.rules().forEach(r -> line(rule(r)));
    var resolved = ResolvedRoute.of(state);
    for (int table : resolved.stream().map(r -> r.route().table()).distinct().toList()) {
      line("# ip route show table " + table);
      resolved.stream().filter(r -> r.route().table() == table).forEach(r -> line(route(r)));
    }
  }

  private void peer(DesiredPeer peer) {
    line("[Peer]");
    line("PublicKey = " + peer.publicKey());
    if (!peer.presharedKey().equals(PresharedKey.NONE)) {
      line("PresharedKey = (redacted)");
    }
    line("AllowedIPs = " + joined(peer.allowedIPs(), ", "));
    if (!peer.endpoints().isEmpty()) {
      line("Endpoint = " + endpointText.apply(peer.endpoints().getFirst()));
    }
    if (peer.persistentKeepaliveSeconds() > 0) {
      line("PersistentKeepalive = " + peer.persistentKeepaliveSeconds());
    }
  }

  private void encapsulation(DesiredEncapsulation encapsulation, List<DesiredAddress> addresses) {
    for (var tunnel : encapsulation.tunnels()) {
      var name = tunnel.name();
      line("# ip link, ip neighbour, bridge fdb");
      line("link %s mtu %d up type %s".formatted(name, tunnel.mtu(), kind(tunnel)));
      addresses.stream()
          .filter(a -> a.link().equals(name))
          .forEach(a -> line("address %s dev %s noprefixroute".formatted(a.address(), a.link())));
      encapsulation.neighbours().stream()
          .filter(n -> n.link().equals(name))
          .forEach(
              n -> line("%s dev %s lladdr %s PERMANENT".formatted(n.gateway(), name, n.mac())));
      encapsulation.forwardings().stream()
          .filter(f -> f.link().equals(name))
          .forEach(f -> line("%s dev %s dst %s self permanent".formatted(f.mac(), name, f.to())));
    }
  }

  private static String kind(DesiredTunnel tunnel) {
    return switch (tunnel) {
      case DesiredTunnel.Vxlan v ->
          "vxlan id %d local %s dstport %d nolearning address %s"
              .formatted(v.vni(), v.local(), v.port(), v.mac());
      case DesiredTunnel.Ipip i -> "ipip local %s fwmark 0x%x".formatted(i.local(), i.mark());
    };
  }

  /** A rule as ip-rule(8) shows it. */
  static String rule(DesiredRule rule) {
    var line = new StringBuilder().append(rule.priority()).append(":\t");
    if (rule.not()) {
      line.append("not ");
    }
    line.append("from ").append(rule.from().map(StateText::host).orElse("all"));
    rule.to().ifPresent(p -> line.append(" to ").append(host(p)));
    if (rule.mask() != 0) {
      line.append(" fwmark ").append(mark(rule.mark(), rule.mask()));
    }
    if (!rule.iif().isEmpty()) {
      line.append(" iif ").append(rule.iif());
    }
    if (rule.tcpDestinationPort() > 0) {
      line.append(" ipproto tcp dport ").append(rule.tcpDestinationPort());
    }
    line.append(" lookup ").append(rule.table() == 254 ? "main" : rule.table());
    rule.suppressPrefixLength().ifPresent(n -> line.append(" suppress_prefixlength ").append(n));
    return line.toString();
  }

  /** A single address without its length, as ip-rule(8) shows it. */
  private static String host(Prefix prefix) {
    return prefix.isHost() ? prefix.address().toString() : prefix.toString();
  }

  /** A firewall mark with its mask, as ip-rule(8) shows it. */
  public static String mark(long mark, long mask) {
    return "0x%x/0x%x".formatted(mark, mask);
  }

  private static String route(ResolvedRoute resolved) {
    var line = new StringBuilder();
    if (!resolved.type().equals("unicast")) {
      line.append(resolved.type()).append(' ');
    }
    line.append(resolved.route().destination());
    if (!resolved.via().isEmpty()) {
      line.append(" via ").append(resolved.via());
    }
    if (!resolved.dev().isEmpty()) {
      line.append(" dev ").append(resolved.dev());
    }
    resolved.route().source().ifPresent(s -> line.append(" src ").append(s));
    if (resolved.route().mtu() > 0) {
      line.append(" mtu ").append(resolved.route().mtu());
    }
    return line.toString();
  }

  private void iptables(DesiredFirewall firewall) {
    line("# iptables-save");
    text.append(SaveText.of(firewall, Family.IPV4));
    line("# ip6tables-save");
    text.append(SaveText.of(firewall, Family.IPV6));
  }

  private void nftables(DesiredFirewall firewall) {
    line("# nft list table inet weft");
    line(
        "prerouting: udp dport { %s } meta mark set mark or 0x%x"
            .formatted(joined(firewall.listenPorts(), ", "), firewall.mark()));
    direct(firewall);
    host(firewall.host());
    exit(firewall);
    guard(firewall.guard());
    line(
        "forward: iifname or oifname { %s } tcp flags syn tcp option maxseg size set rt mtu"
            .formatted(String.join(", ", firewall.wireGuardLinks())));
    for (var rule : firewall.masquerade()) {
      line("postrouting: " + masquerade(rule, firewall.meshLinks()));
    }
  }

  private void exit(DesiredFirewall firewall) {
    var egress = firewall.egress();
    var links = String.join(", ", egress.links());
    if (egress.exit()) {
      var mark = "0x%x".formatted(firewall.mark());
      line("exit: iifname { %s } ct mark set mark or %s".formatted(links, mark));
      line(
          "exit: iifname != { %s } ct mark and %s == %s meta mark set mark or %s"
              .formatted(links, mark, mark, mark));
      line("forward: oifname { %s } meta mark set mark and not %s".formatted(links, mark));
    }
  }

  private void direct(DesiredFirewall firewall) {
    var direct = firewall.direct();
    if (direct.isActive()) {
      var bit = "0x%x".formatted(direct.answers());
      line(
          "direct: iifname != { %s } saddr { %s } fib daddr type local ct mark set mark or %s meta mark set mark or 0x%x"
              .formatted(
                  String.join(", ", firewall.meshLinks()),
                  joined(direct.sources(), ", "),
                  bit,
                  direct.arrived()));
      if (!direct.neighbours().isEmpty()) {
        line("direct: not from ether saddr { %s }".formatted(joined(direct.neighbours(), ", ")));
      }
      line(
          "direct, answers: ct direction reply ct mark and %s == %s meta mark set mark or %s"
              .formatted(bit, bit, bit));
    }
  }

  private void host(HostGuard host) {
    if (host.guardsPods()) {
      line(
          "prerouting: iifname { %s } saddr != { %s } drop"
              .formatted(String.join(", ", host.podLinks()), joined(host.podSources(), ", ")));
    }
    if (host.closes()) {
      line(
          "leaving: oifname { %s } daddr { %s } drop"
              .formatted(String.join(", ", host.outside()), joined(host.closed(), ", ")));
    }
  }

  private void guard(EncapsulationGuard guard) {
    var protocols = new ArrayList<String>();
    if (!guard.udpPorts().isEmpty()) {
      protocols.add("udp dport { " + joined(guard.udpPorts(), ", ") + " }");
    }
    if (guard.ipip()) {
      protocols.add("ip protocol 4");
    }
    for (var protocol : protocols) {
      line("input: %s saddr != { %s } drop".formatted(protocol, joined(guard.senders(), ", ")));
    }
    for (var member : guard.members()) {
      line(
          "input: saddr { %s } inner saddr { %s } but { %s } drop"
              .formatted(
                  joined(member.addresses(), ", "),
                  joined(guard.location(), ", "),
                  joined(member.sources(), ", ")));
    }
  }

  private static String masquerade(MasqueradeRule rule, List<String> meshLinks) {
    var family = rule.source().getFirst().family() == Family.IPV4 ? "ip" : "ip6";
    var destination =
        rule.destination().isEmpty()
            ? ""
            : "%s daddr { %s } ".formatted(family, joined(rule.destination(), ", "));
    var except =
        rule.except().isEmpty()
            ? ""
            : "%s daddr != { %s } ".formatted(family, joined(rule.except(), ", "));
    return "%s saddr { %s } %s%soifname != { %s } masquerade"
        .formatted(
            family, joined(rule.source(), ", "), destination, except, String.join(", ", meshLinks));
  }

  private static String joined(List<?> values, String separator) {
    return values.stream().map(Object::toString).collect(Collectors.joining(separator));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
