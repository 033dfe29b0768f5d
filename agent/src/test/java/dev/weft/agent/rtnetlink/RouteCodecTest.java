package dev.weft.agent.rtnetlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.netlink.Captured;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Golden bytes; the kernel tests show that kernels and ip(8) understand what is built. */
class RouteCodecTest {
  private static final IpAddress SOURCE = IpAddress.parse("10.4.0.1");

  private static String hex(Request request) {
    return HexFormat.of().formatHex(request.payload());
  }

  @Test
  void routeOfAGroupIsRead() {
    assertEquals(
        new SeenRoute(
            7050,
            Prefix.parse("10.2.0.0/16"),
            87,
            1,
            0x57000002L,
            Optional.empty(),
            0,
            Optional.of(SOURCE),
            0),
        RouteMessages.read(Captured.message(Captured.ROUTE)).orElseThrow());
  }

  @Test
  void ruleWithEveryConditionIsRead() {
    assertEquals(
        new SeenRule(
            Family.IPV4,
            7010,
            87,
            true,
            Optional.of(Prefix.parse("10.2.1.0/24")),
            Optional.of(Prefix.parse("192.0.2.1")),
            "wgx",
            0x1000,
            0x1000,
            6443,
            7050,
            Optional.of(0)),
        RuleMessages.read(Captured.message(Captured.RULE)).orElseThrow());
  }

  @Test
  void nextHopAndGroupAreRead() {
    assertEquals(
        new SeenNextHop(
            0x57000001L, 87, Family.IPV4, Optional.of(IpAddress.parse("10.4.0.2")), 3, List.of()),
        NextHopMessages.read(Captured.message(Captured.NEXT_HOP)));
    assertEquals(
        new SeenNextHop(0x57000002L, 87, Family.IPV4, Optional.empty(), 0, List.of(0x57000001L)),
        NextHopMessages.read(Captured.message(Captured.GROUP)));
  }

  @Test
  void addressIsRead() {
    assertEquals(
        new AddressMessages.SeenAddress(3, new InterfaceAddress(SOURCE, 32)),
        AddressMessages.read(Captured.message(Captured.ADDRESS)).orElseThrow());
  }

  @Test
  void linkIsRead() {
    assertEquals(
        new SeenLink(3, "pa", "veth", 1400, true, List.of(), 0, 0, 0),
        LinkMessages.read(Captured.message(Captured.LINK)));
  }

  @Test
  void routeOfAGroupIsBuilt() {
    var route =
        new DesiredRoute(
            7050,
            Prefix.parse("10.2.0.0/16"),
            new RouteTarget.Group(0x57000002L),
            Optional.of(SOURCE));
    assertEquals(
        "02100000"
            + "00570001"
            + "00000000" // rtmsg
            + "08000f008a1b0000" // RTA_TABLE
            + "080001000a020000" // RTA_DST
            + "08001e0002000057" // RTA_NH_ID
            + "080007000a040001", // RTA_PREFSRC
        hex(RouteMessages.set(route, 0, 87)));
  }

  @Test
  void throwAndGatewayRoutesAreBuilt() {
    var dead =
        new DesiredRoute(
            7050, Prefix.parse("fd00::/64"), new RouteTarget.Throw(), Optional.empty());
    assertEquals(
        "0a400000"
            + "00570009"
            + "00000000"
            + "08000f008a1b0000"
            + "14000100fd000000000000000000000000000000",
        hex(RouteMessages.set(dead, 0, 87)));
    var via =
        new DesiredRoute(
            7050,
            Prefix.parse("10.9.0.0/16"),
            new RouteTarget.Via(IpAddress.parse("10.0.0.7"), "eth0"),
            Optional.empty());
    assertEquals(
        "02100000"
            + "00570001"
            + "04000000"
            + "08000f008a1b0000"
            + "080001000a090000"
            + "080005000a000007"
            + "0800040003000000",
        hex(RouteMessages.set(via, 3, 87)));
  }

  @Test
  void groupIsBuilt() {
    assertEquals(
        "00005700"
            + "00000000"
            + "0800010002000057"
            + "14000200"
            + "0100005700000000"
            + "0300005700000000",
        hex(
            NextHopMessages.set(
                new DesiredNextHopGroup(
                    0x57000002L, Family.IPV4, List.of(0x57000001L, 0x57000003L)),
                87)));
  }

  @Test
  void ruleIsBuiltAsItIsRead() {
    var rule =
        new DesiredRule(
            Family.IPV4,
            7010,
            true,
            Optional.empty(),
            Optional.empty(),
            "",
            0x1000,
            0x1000,
            0,
            7050,
            Optional.empty());
    assertEquals(
        "02000000"
            + "00000001"
            + "02000000"
            + "08000600621b0000"
            + "08000f008a1b0000"
            + "0500150057000000"
            + "08000a0000100000"
            + "0800100000100000",
        hex(RuleMessages.add(rule, 87)));
  }

  @Test
  void onlySettingsThatAreNotLeftAreWritten() {
    var request = LinkMessages.settings(3, new LinkSettings("weft0", -1, 2, -1));
    assertEquals(
        "00000000"
            + "03000000"
            + "00000000"
            + "00000000"
            + "14001a80"
            + "10000280"
            + "0c000180"
            + "0800080002000000",
        hex(request));
  }
}
