package dev.weft.agent.rtnetlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.netlink.GeNetlink;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Golden bytes of what is sent: type, flags, payload. Laid out by hand from the headers in {@code
 * include/uapi/linux}; that Linux 6.12 and 6.18 take them so, {@code StateKernelIT} shows.
 */
class SentMessagesTest {
  private static void assertSent(String expected, Request request) {
    assertEquals(
        expected.replace(" ", ""),
        "%02x:%03x:".formatted(request.type(), request.flags())
            + HexFormat.of().formatHex(request.payload()));
  }

  @Test
  void linkIsMadeChangedAndRemoved() {
    assertSent(
        "10:600: 00000000 00000000 00000000 00000000"
            + "0a000300 7765667430000000" // IFLA_IFNAME weft0
            + "08000400 8c050000" // IFLA_MTU 1420
            + "14001280 0e000100 776972656775617264000000", // IFLA_LINKINFO, KIND wireguard
        LinkMessages.create("weft0", "wireguard", 1420));
    assertSent(
        "13:000: 00000000 03000000 01000000 01000000 08000400 8c050000", LinkMessages.up(3, 1420));
    assertSent("11:000: 00000000 03000000 00000000 00000000", LinkMessages.delete(3));
    assertSent(
        "12:000: 00000000 00000000 00000000 00000000 08001d00 08000000 0a000300 7765667430000000",
        LinkMessages.get("weft0"));
  }

  @Test
  void addressIsAddedWithoutPrefixRouteAndRemoved() {
    var four = new InterfaceAddress(IpAddress.parse("10.4.0.1"), 32);
    var six = new InterfaceAddress(IpAddress.parse("fd00::1"), 128);
    assertSent(
        "14:500: 02200000 03000000 08000200 0a040001 08000100 0a040001 08000800 00020000",
        AddressMessages.add(3, four));
    assertSent(
        "14:500: 0a800000 03000000"
            + "14000200 fd000000000000000000000000000001"
            + "14000100 fd000000000000000000000000000001"
            + "08000800 02020000", // NOPREFIXROUTE, NODAD
        AddressMessages.add(3, six));
    assertSent(
        "15:000: 02200000 03000000 08000200 0a040001 08000100 0a040001",
        AddressMessages.remove(3, four));
  }

  @Test
  void nextHopIsSetAndRemoved() {
    var gateway = Optional.of(IpAddress.parse("10.4.0.2"));
    assertSent(
        "68:500: 02005700 04000000" // ONLINK
            + "08000100 01000057 08000500 03000000 08000600 0a040002",
        NextHopMessages.set(new DesiredNextHop(0x57000001L, Family.IPV4, gateway, "weft0"), 3, 87));
    assertSent("69:000: 00000000 00000000 08000100 01000057", NextHopMessages.remove(0x57000001L));
  }

  @Test
  void routeIsRemovedAsItWasSeen() {
    var seen =
        new SeenRoute(
            7050,
            Prefix.parse("fd00:2::/64"),
            87,
            1,
            0,
            Optional.empty(),
            3,
            Optional.empty(),
            1024);
    assertSent(
        "19:000: 0a400000 0057ff01 00000000"
            + "08000f00 8a1b0000"
            + "14000100 fd000002000000000000000000000000"
            + "08000600 00040000",
        RouteMessages.remove(seen));
  }

  @Test
  void ruleIsRemovedAsItWasSeen() {
    var seen =
        new SeenRule(
            Family.IPV4,
            7000,
            87,
            false,
            Optional.of(Prefix.parse("10.2.1.0/24")),
            Optional.of(Prefix.parse("192.0.2.1")),
            "eth0",
            0,
            0,
            6443,
            254,
            Optional.of(0));
    assertSent(
        "21:000: 02201800 00000001 00000000"
            + "08000600 581b0000 08000f00 fe000000 05001500 57000000"
            + "08000200 0a020100 08000100 c0000201"
            + "09000300 6574683000000000" // FRA_IIFNAME eth0
            + "05001600 06000000 08001800 2b192b19 08000e00 00000000",
        RuleMessages.remove(seen));
  }

  @Test
  void dumpsAskForOneFamilyTableOrProtocol() {
    assertSent("16:000: 00000000 00000000", AddressMessages.dump());
    assertSent("6a:000: 00000000 00000000", NextHopMessages.dump());
    assertSent(
        "1a:000: 02000000 00000000 00000000 08000f00 8a1b0000",
        RouteMessages.dumpTable(Family.IPV4, 7050));
    assertSent("1a:000: 0a000000 00570000 00000000", RouteMessages.dumpProtocol(Family.IPV6, 87));
    assertSent("22:000: 0a000000 00000000 00000000", RuleMessages.dump(Family.IPV6));
  }

  @Test
  void familyIsAskedForByName() {
    assertSent("10:000: 03010000 0e000200 776972656775617264000000", GeNetlink.family("wireguard"));
  }
}
