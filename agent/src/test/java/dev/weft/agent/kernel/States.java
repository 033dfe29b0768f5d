package dev.weft.agent.kernel;

import dev.weft.mesh.desired.DesiredAddress;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Desired states of a gateway: node 1 at 10.4.0.1 with pods 10.2.1.0/24 and fd00:2:1::/64; remote
 * node n at 10.4.0.n with pods 10.2.n.0/24 and fd00:2:n::/64.
 */
final class States {
  static final long BASE = 0x5700_0000L;
  static final int PROTOCOL = 87;
  static final int TABLE = 7050;

  private States() {}

  static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  static Prefix prefix(String text) {
    return Prefix.parse(text);
  }

  /** The state of node 1 among the given remote ones. */
  static DesiredState gateway(int... remotes) {
    var peers = new ArrayList<DesiredPeer>();
    var hops = new ArrayList<DesiredNextHop>();
    var groups = new ArrayList<DesiredNextHopGroup>();
    var routes = new ArrayList<DesiredRoute>();
    for (int n : remotes) {
      var allowed =
          List.of(
              prefix("10.4.0." + n),
              prefix("10.2." + n + ".0/24"),
              prefix("fd00:2:" + n + "::/64"));
      peers.add(
          new DesiredPeer(
              Keys.publicKey(n),
              List.of(Endpoint.parse("127.0.0.1:" + (6000 + n))),
              allowed,
              n % 2 == 0 ? 25 : 0,
              PresharedKey.NONE));
      hops.add(new DesiredNextHop(BASE + n, Family.IPV4, Optional.empty(), "weft0"));
      hops.add(new DesiredNextHop(BASE + 256 + n, Family.IPV6, Optional.empty(), "weft0"));
      groups.add(new DesiredNextHopGroup(BASE + 512 + n, Family.IPV4, List.of(BASE + n)));
      groups.add(new DesiredNextHopGroup(BASE + 768 + n, Family.IPV6, List.of(BASE + 256 + n)));
      for (var to : allowed) {
        boolean four = to.family() == Family.IPV4;
        routes.add(
            new DesiredRoute(
                TABLE,
                to,
                new RouteTarget.Group(BASE + (four ? 512 : 768) + n),
                Optional.of(ip(four ? "10.4.0.1" : "fd00:4::1"))));
      }
    }
    routes.add(
        new DesiredRoute(TABLE, prefix("10.2.1.0/24"), new RouteTarget.Throw(), Optional.empty()));
    routes.add(
        new DesiredRoute(
            TABLE, prefix("fd00:2:1::/64"), new RouteTarget.Throw(), Optional.empty()));
    var device =
        new DesiredDevice("weft0", DeviceId.DEFAULT, Keys.pair(1), 51820, 0x1000, 1420, peers);
    return new DesiredState(
        PROTOCOL,
        BASE,
        List.of(TABLE, TABLE + 1),
        7000,
        List.of(device),
        List.of(
            new DesiredAddress("weft0", new InterfaceAddress(ip("10.4.0.1"), 32)),
            new DesiredAddress("weft0", new InterfaceAddress(ip("fd00:4::1"), 128))),
        hops,
        groups,
        routes,
        rules(),
        List.of(new LinkSettings("weft0", 1, 2, 1), new LinkSettings("lo", -1, 2, 1)),
        DesiredEncapsulation.NONE,
        firewall(),
        List.of());
  }

  private static List<DesiredRule> rules() {
    var rules = new ArrayList<DesiredRule>();
    rules.add(
        new DesiredRule(
            Family.IPV4,
            7000,
            false,
            Optional.empty(),
            Optional.of(prefix("192.0.2.1")),
            "",
            0,
            0,
            6443,
            254,
            Optional.empty()));
    for (var family : Family.values()) {
      rules.add(
          new DesiredRule(
              family,
              7010,
              true,
              Optional.empty(),
              Optional.empty(),
              "",
              0x1000,
              0x1000,
              0,
              TABLE,
              Optional.empty()));
    }
    rules.add(
        new DesiredRule(
            Family.IPV4,
            7020,
            false,
            Optional.of(prefix("10.2.1.0/24")),
            Optional.empty(),
            "weft0",
            0,
            0,
            0,
            254,
            Optional.of(0)));
    return rules;
  }

  static DesiredFirewall firewall() {
    return new DesiredFirewall(
        List.of("weft0", "weftbr0"),
        List.of("weft0"),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(
            new MasqueradeRule(
                List.of(prefix("10.2.1.0/24")),
                List.of(),
                List.of(prefix("10.2.0.0/16"), prefix("10.4.0.0/16"))),
            new MasqueradeRule(
                List.of(prefix("fd00:2:1::/64")),
                List.of(prefix("2000::/3")),
                List.of(prefix("fd00:2::/32")))),
        List.of(
            prefix("10.2.0.0/16"),
            prefix("10.4.0.0/24"),
            prefix("10.4.1.0/24"),
            prefix("10.4.2.0/24"),
            prefix("fd00:2::/32")),
        List.of(prefix("10.2.1.0/24"), prefix("10.4.0.1"), prefix("fd00:2:1::/64")),
        List.of(prefix("192.168.7.0/24")));
  }
}
