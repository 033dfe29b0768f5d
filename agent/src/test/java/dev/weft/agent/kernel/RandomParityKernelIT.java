package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * States that nobody thought of: random routes and rules, written by {@code ip -batch}, read by us
 * and by {@code ip -j}.
 */
class RandomParityKernelIT {
  private static final Ownership OWN = Ownership.defaults();
  private static final int ROUTES = 150;
  private static final int RULES = 40;
  private static final List<String> TABLES = List.of("7050", "7051", "7052", "main");

  /** How both readings are written, to be compared line by line. */
  private static final String ROUTE =
      "%s %s proto %d type %d nhid %d via %s dev %s src %s metric %d mtu %d";

  private static final String RULE =
      "%d not %s from %s to %s iif '%s' mark %d/%d dport %d table %d suppress %d";

  @TempDir private Path folder;
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
        ip link set pa up; ip link set pb up
        ip addr add 10.77.1.2/24 dev pa; ip addr add fd00:77::1/64 dev pa nodad
        ip nexthop add id 1459617793 dev pa protocol 87
        ip nexthop add id 1459617794 group 1459617793 protocol 87
        ip -6 nexthop add id 1459617795 dev pa protocol 87
        """);
  }

  @AfterEach
  void close() {
    route.close();
    Shell.run(
        "ip link del pa; for f in -4 -6; do for t in 7050 7051 7052; do ip $f route flush table $t;"
            + " done; while ip $f rule del protocol 87 2>/dev/null; do :; done; done; true");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void routesAreReadAsIpReadsThem(long seed) throws IOException {
    var random = new Random(seed);
    Map<String, String> lines = new LinkedHashMap<>();
    for (int i = 0; i < ROUTES; i++) {
      boolean v6 = random.nextBoolean();
      var table = TABLES.get(random.nextInt(TABLES.size()));
      // In a table no two to one place, for the second may be taken for a path of the first.
      var key = (v6 ? "-6 " : "-4 ") + destination(random, v6);
      lines.putIfAbsent(table + key, line(random, v6, key.substring(3), table));
    }
    batch(lines.values());
    var ours = new TreeSet<String>();
    var links = reader.links();
    reader.routes(OWN).forEach(r -> ours.add(text(r, links)));
    var theirs = new TreeSet<String>();
    for (var family : List.of("-4", "-6")) {
      for (var table : TABLES) {
        for (var row : Shell.json("ip -d -N -j " + family + " route show table " + table)) {
          if (!table.equals("main") || row.path("protocol").asInt() == 87) {
            theirs.add(text(family, table, row));
          }
        }
      }
    }
    assertEquals(String.join("\n", theirs), String.join("\n", ours), "seed " + seed);
    assertTrue(ours.size() > ROUTES / 2, () -> "only " + ours.size() + " routes");
  }

  private static String destination(Random random, boolean v6) {
    int length = v6 ? 16 + random.nextInt(113) : 8 + random.nextInt(25);
    var address =
        v6
            ? "fd%02x:%x:%x::%x"
                .formatted(
                    random.nextInt(4),
                    random.nextInt(65536),
                    random.nextInt(65536),
                    random.nextInt(65536))
            : "%d.%d.%d.%d"
                .formatted(
                    11 + random.nextInt(100),
                    random.nextInt(256),
                    random.nextInt(256),
                    random.nextInt(256));
    var whole = IpAddress.parse(address);
    return Prefix.of(whole, length).toString();
  }

  private static String line(Random random, boolean v6, String destination, String table) {
    var family = v6 ? "-6 " : "-4 ";
    int protocol = table.equals("main") || random.nextInt(4) > 0 ? 87 : 4;
    var rest = destination + " table " + table + " protocol " + protocol;
    var source = random.nextBoolean() ? " src " + (v6 ? "fd00:77::1" : "10.77.1.2") : "";
    var mtu = random.nextBoolean() ? " mtu " + (1280 + random.nextInt(200)) : "";
    var metric = random.nextInt(3) == 0 ? " metric " + (1 + random.nextInt(5000)) : "";
    var target =
        switch (random.nextInt(5)) {
          case 0 -> " dev pa" + source + mtu;
          case 1 -> " via " + (v6 ? "fd00:77::9" : "10.77.1.9") + " dev pa onlink" + source + mtu;
          case 2 -> " nhid " + (v6 ? 1459617795L : 1459617793L + random.nextInt(2)) + source + mtu;
          default -> "";
        };
    var kind = target.isEmpty() ? (random.nextBoolean() ? "throw " : "unreachable ") : "";
    return family + "route add " + kind + rest + target + metric;
  }

  /** One run of ip for each family, for -6 is an option of the program. */
  private void batch(Iterable<String> lines) throws IOException {
    for (var family : List.of("-4 ", "-6 ")) {
      var own = new ArrayList<String>();
      lines.forEach(
          l -> {
            if (l.startsWith(family)) {
              own.add(l.substring(family.length()));
            }
          });
      var file = Files.write(folder.resolve("batch"), own);
      Shell.run("ip " + family + "-batch " + file);
    }
  }

  private static String text(SeenRoute r, List<SeenLink> links) {
    boolean direct = r.type() == 1 && r.nextHopId() == 0;
    var link = links.stream().filter(l -> l.index() == r.linkIndex()).map(SeenLink::name).toList();
    return ROUTE.formatted(
        r.table(),
        r.destination(),
        r.protocol(),
        r.type(),
        r.nextHopId(),
        r.gateway().stream().toList(),
        direct ? link : List.of(),
        r.source().stream().toList(),
        r.metric(),
        r.mtu());
  }

  private static String text(String family, String table, JsonNode row) {
    var dst = row.path("dst").asText();
    int bits = family.equals("-4") ? 32 : 128;
    int type = row.path("type").asInt(1);
    boolean direct = type == 1 && !row.has("nhid");
    return ROUTE.formatted(
        table.equals("main") ? "254" : table,
        dst.contains("/") ? Prefix.parse(dst) : Prefix.parse(dst + "/" + bits),
        row.path("protocol").asInt(),
        type,
        row.path("nhid").asLong(),
        direct && row.has("gateway") ? List.of(row.path("gateway").asText()) : List.of(),
        direct && row.has("dev") ? List.of(row.path("dev").asText()) : List.of(),
        row.has("prefsrc") ? List.of(row.path("prefsrc").asText()) : List.of(),
        row.path("metric").asLong(),
        row.path("metrics").path(0).path("mtu").asInt());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void rulesAreReadAsIpReadsThem(long seed) throws IOException {
    var random = new Random(seed);
    Map<String, String> lines = new LinkedHashMap<>();
    for (int i = 0; i < RULES; i++) {
      boolean v6 = random.nextBoolean();
      var line = rule(random, v6, 7000 + random.nextInt(200));
      lines.putIfAbsent(line, line);
    }
    batch(lines.values());
    var ours = new ArrayList<String>();
    reader
        .rules(OWN)
        .forEach(
            r ->
                ours.add(
                    RULE.formatted(
                        r.priority(),
                        r.not(),
                        r.from().stream().toList(),
                        r.to().stream().toList(),
                        r.iif(),
                        r.mark(),
                        r.mask(),
                        r.tcpDestinationPort(),
                        r.table(),
                        r.suppressPrefixLength().orElse(-1))));
    var theirs = new ArrayList<String>();
    for (var family : List.of("-4", "-6")) {
      int bits = family.equals("-4") ? 32 : 128;
      for (var row : Shell.json("ip -d -N -j " + family + " rule show")) {
        if (row.path("protocol").asInt() == 87) {
          theirs.add(
              RULE.formatted(
                  row.path("priority").asInt(),
                  row.has("not"),
                  side(row, "src", "srclen", bits),
                  side(row, "dst", "dstlen", bits),
                  row.path("iif").asText(),
                  number(row.path("fwmark").asText("0")),
                  row.has("fwmark") ? number(row.path("fwmask").asText("0xffffffff")) : 0,
                  row.path("dport").asInt(),
                  row.path("table").asInt(),
                  row.path("suppress_prefixlen").asInt(-1)));
        }
      }
    }
    assertEquals(String.join("\n", theirs), String.join("\n", ours), "seed " + seed);
    assertTrue(ours.size() > RULES / 2, () -> "only " + ours.size() + " rules");
  }

  private static List<Prefix> side(JsonNode row, String name, String length, int bits) {
    var address = row.path(name).asText("all");
    return address.equals("all")
        ? List.of()
        : List.of(Prefix.parse(address + "/" + row.path(length).asInt(bits)));
  }

  private static long number(String text) {
    return Long.decode(text);
  }

  private static String rule(Random random, boolean v6, int priority) {
    var line = new StringBuilder(v6 ? "-6 " : "-4 ").append("rule add");
    if (random.nextInt(3) == 0) {
      line.append(" not");
    }
    if (random.nextBoolean()) {
      line.append(" from ").append(destination(random, v6));
    }
    if (random.nextBoolean()) {
      line.append(" to ").append(destination(random, v6));
    }
    if (random.nextInt(3) == 0) {
      line.append(" iif pa");
    }
    if (random.nextBoolean()) {
      line.append(" fwmark 0x%x/0x%x".formatted(random.nextInt(256) << 8, 0xff00));
    }
    if (random.nextInt(3) == 0) {
      line.append(" ipproto tcp dport ").append(1 + random.nextInt(65535));
    }
    line.append(" priority ").append(priority).append(" protocol 87 lookup ");
    line.append(TABLES.get(random.nextInt(TABLES.size())));
    if (random.nextInt(3) == 0) {
      line.append(" suppress_prefixlength ").append(random.nextInt(33));
    }
    return line.toString();
  }
}
