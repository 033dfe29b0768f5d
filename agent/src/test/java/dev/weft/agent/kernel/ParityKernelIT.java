package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our reading of links, addresses, routes, next hops and rules beside that of {@code ip -j}. */
class ParityKernelIT {
  private static final Ownership OWN = Ownership.defaults();

  private NetlinkSocket route;
  private RouteReader reader;

  @BeforeEach
  void open() throws IOException {
    route = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
    reader = new RouteReader(route);
    Shell.run(
        """
        set -e
        ip link add pa type veth peer name pb
        ip link set pa mtu 1400 up; ip link set pb up
        ip addr add 10.4.0.1/32 dev pa; ip addr add 10.77.1.2/24 dev pa
        ip addr add fd00:77::1/64 dev pb nodad
        echo 2 > /proc/sys/net/ipv4/conf/pa/rp_filter
        echo 1 > /proc/sys/net/ipv4/conf/pa/src_valid_mark
        ip nexthop add id 1459617793 dev pa protocol 87
        ip nexthop add id 1459617794 via 10.77.1.9 dev pa protocol 87
        ip nexthop add id 1459617795 group 1459617793/1459617794 protocol 87
        ip -6 nexthop add id 1459617796 via fd00:77::9 dev pb protocol 87
        ip route add 10.2.0.0/16 table 7050 protocol 87 nhid 1459617795 src 10.4.0.1
        ip route add throw 10.3.0.0/16 table 7050 protocol 87
        ip route add default table 7051 protocol 87 via 10.8.8.8 dev pa onlink
        ip route add 10.5.0.0/16 protocol 87 dev pa
        ip -6 route add fd00:2::/64 table 7050 protocol 87 nhid 1459617796
        ip -6 route add default table 7051 protocol 87 dev pb
        ip -6 route add throw fd00:3::/64 table 7050 protocol 87
        ip rule add not fwmark 0x1000/0x1000 priority 7010 lookup 7050 protocol 87
        ip rule add from 10.2.1.0/24 iif pa priority 7011 lookup main suppress_prefixlength 0 protocol 87
        ip rule add to 192.0.2.1 ipproto tcp dport 6443 priority 7000 lookup main protocol 87
        ip -6 rule add not fwmark 0x1000/0x1000 priority 7010 lookup 7050 protocol 87
        """);
  }

  @AfterEach
  void close() {
    route.close();
    Shell.run(
        "ip link del pa; ip route flush table 7050; ip -6 route flush table 7050;"
            + " for p in 7000 7010 7011; do ip rule del priority $p; done;"
            + " ip -6 rule del priority 7010; true");
  }

  private static Iterable<JsonNode> rows(String command) {
    return Shell.json(command);
  }

  @Test
  void linksAndAddresses() throws IOException {
    var theirs = new TreeMap<Integer, String>();
    for (var row : rows("ip -j -d addr")) {
      var addresses = new TreeSet<String>();
      for (var a : row.path("addr_info")) {
        if (!a.path("scope").asText().equals("link")) {
          addresses.add(a.path("local").asText() + "/" + a.path("prefixlen").asInt());
        }
      }
      boolean up =
          StreamSupport.stream(row.path("flags").spliterator(), false)
              .anyMatch(f -> f.asText().equals("UP"));
      theirs.put(
          row.path("ifindex").asInt(),
          text(
              row.path("ifname").asText(),
              row.path("linkinfo").path("info_kind").asText(),
              row.path("mtu").asInt(),
              up,
              addresses));
    }
    Map<Integer, String> ours = new TreeMap<>();
    for (var l : reader.links()) {
      var addresses = new TreeSet<String>();
      l.addresses().stream().map(InterfaceAddress::toString).forEach(addresses::add);
      ours.put(l.index(), text(l.name(), l.kind(), l.mtu(), l.up(), addresses));
    }
    assertEquals(theirs, ours);
  }

  private static String text(Object... fields) {
    return List.of(fields).toString();
  }

  @Test
  void settingsAreThoseOfProc() throws IOException {
    for (SeenLink link : reader.links()) {
      var dir = "/proc/sys/net/ipv4/conf/" + link.name() + "/";
      assertEquals(
          Shell.run("cat " + dir + "forwarding " + dir + "rp_filter " + dir + "src_valid_mark"),
          "%d\n%d\n%d\n".formatted(link.forwarding(), link.rpFilter(), link.srcValidMark()),
          link.name());
    }
  }

  @Test
  void routesOfOurTablesAndProtocol() throws IOException {
    var ours = new TreeSet<String>();
    for (var r : reader.routes(OWN)) {
      ours.add(
          text(
              r.table(),
              r.destination(),
              r.type() == 9 ? "throw" : "unicast",
              r.nextHopId(),
              r.gateway().stream().toList(),
              r.source().stream().toList()));
    }
    var theirs = new TreeSet<String>();
    for (var family : List.of("-4", "-6")) {
      for (var table : List.of("7050", "7051", "main")) {
        for (var row : rows("ip " + family + " -j route show table " + table)) {
          if (row.path("protocol").asText().equals("87")) {
            theirs.add(routeText(family, table.equals("main") ? "254" : table, row));
          }
        }
      }
    }
    assertEquals(theirs, ours);
    assertEquals(7, ours.size());
  }

  private static String routeText(String family, String table, JsonNode row) {
    var dst = row.path("dst").asText();
    var all = family.equals("-4") ? "0.0.0.0/0" : "::/0";
    boolean group = row.has("nhid");
    var gateway = !group && row.has("gateway") ? List.of(row.path("gateway").asText()) : List.of();
    return text(
        table,
        Prefix.parse(dst.equals("default") ? all : dst),
        row.path("type").asText("unicast"),
        row.path("nhid").asLong(),
        gateway,
        row.has("prefsrc") ? List.of(row.path("prefsrc").asText()) : List.of());
  }

  @Test
  void nextHopsAndGroups() throws IOException {
    var index = Shell.json("ip -j link show pa").path(0).path("ifindex").asInt();
    var ours = reader.nextHops(OWN);
    assertEquals(
        List.of(
            text(1459617793L, List.of(), index, List.of()),
            text(1459617794L, List.of(IpAddress.parse("10.77.1.9")), index, List.of()),
            text(1459617795L, List.of(), 0, List.of(1459617793L, 1459617794L))),
        ours.stream()
            .limit(3)
            .map(n -> text(n.id(), n.gateway().stream().toList(), n.linkIndex(), n.members()))
            .toList());
    assertEquals(4, Shell.run("ip nexthop").lines().count());
    assertEquals(4, ours.size());
  }

  @Test
  void rules() throws IOException {
    var ours = new ArrayList<String>();
    for (var r : reader.rules(OWN)) {
      ours.add(
          text(
              r.priority(),
              r.not(),
              r.from().stream().toList(),
              r.to().stream().toList(),
              r.iif(),
              r.mark(),
              r.mask(),
              r.tcpDestinationPort(),
              r.table(),
              r.suppressPrefixLength().orElse(-1)));
    }
    assertEquals(
        List.of(
            "[7000, false, [], [192.0.2.1/32], , 0, 0, 6443, 254, -1]",
            "[7010, true, [], [], , 4096, 4096, 0, 7050, -1]",
            "[7011, false, [10.2.1.0/24], [], pa, 0, 0, 0, 254, 0]",
            "[7010, true, [], [], , 4096, 4096, 0, 7050, -1]"),
        ours);
    assertEquals(3, Shell.run("ip rule show").lines().filter(l -> l.contains("87")).count());
  }

  /** A batch with refusals amid it: each has its own answer, in its place. */
  @Test
  void refusalsInABatchAreTold() throws IOException {
    var links = new LinkIndexes(route);
    var changes = new RouteChanges(links, 87);
    var batch = new ArrayList<RouteChange>();
    for (int i = 0; i < 3000; i++) {
      long id = i % 7 == 3 ? 1459617999L : 1459617795L;
      batch.add(
          changes.of(
              new Change.SetRoute(
                  new DesiredRoute(
                      7050,
                      new Prefix(IpAddress.ofIpv4((11 << 24) | (i << 8)), 24),
                      new RouteTarget.Group(id),
                      Optional.empty()))));
    }
    var acks = route.execute(batch.stream().map(RouteChange::request).toList());
    assertTrue(
        IntStream.range(0, 3000).allMatch(i -> acks.get(i).errno() == (i % 7 == 3 ? 22 : 0)));
    assertTrue(acks.get(3).text().contains("Nexthop id does not exist"));
    long kept = Shell.run("ip -o route show table 7050").lines().count();
    assertEquals(2571 + 2, kept);
  }
}
