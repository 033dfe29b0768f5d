package dev.weft.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sets that change at random, neighbours among them: after each change we and {@code nft -j} read
 * the addresses that were meant.
 */
class RandomSetsKernelIT {
  private static final int ELEMENTS = 200;
  private static final int ROUNDS = 5;

  private Firewall firewall;

  @BeforeEach
  void open() {
    firewall = new Firewall(new Nftables(NativeLibraries.nftables().orElseThrow()));
  }

  @AfterEach
  void close() throws IOException {
    firewall.remove();
    firewall.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void setsAreReadAsNftReadsThem(long seed) throws IOException {
    var random = new Random(seed);
    var held = new ArrayList<Prefix>();
    for (int i = 0; i < ELEMENTS; i++) {
      add(random, held);
    }
    var wanted = firewall(held);
    firewall.replace(wanted);
    assertAllRead(wanted, held, seed);
    for (int round = 0; round < ROUNDS; round++) {
      var before = sets(held);
      for (int i = random.nextInt(40); i > 0; i--) {
        held.remove(random.nextInt(held.size()));
      }
      for (int i = random.nextInt(40); i > 0; i--) {
        add(random, held);
      }
      var after = sets(held);
      firewall.updateSets(less(after, before), less(before, after));
      assertAllRead(wanted, held, seed);
    }
  }

  private void assertAllRead(DesiredFirewall wanted, List<Prefix> held, long seed)
      throws IOException {
    for (var set : List.of("mesh4", "mesh6")) {
      var meant = sets(held).getOrDefault(set, List.of());
      var ours = firewall.read(wanted).sets().getOrDefault(set, List.of());
      assertEquals(ranges(meant), ranges(ours), () -> set + ", seed " + seed);
      assertEquals(ranges(meant), theirs(set), () -> set + " by nft, seed " + seed);
      assertTrue(meant.size() > ELEMENTS / 10, () -> set + " has only " + meant.size());
    }
  }

  private static DesiredFirewall firewall(List<Prefix> mesh) {
    return new DesiredFirewall(
        List.of("weft0"),
        List.of("weft0"),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(),
        mesh,
        List.of(),
        List.of());
  }

  /** One that overlaps none of these; every other time a neighbour of one of them. */
  private static void add(Random random, List<Prefix> held) {
    while (true) {
      var prefix = random.nextBoolean() || held.isEmpty() ? any(random) : next(random, held);
      if (held.stream().noneMatch(prefix::overlaps)) {
        held.add(prefix);
        return;
      }
    }
  }

  private static Prefix any(Random random) {
    return random.nextBoolean()
        ? Prefix.of(IpAddress.ofIpv4(0x0a000000 | random.nextInt(1 << 24)), 14 + random.nextInt(19))
        : Prefix.of(
            IpAddress.parse(
                "fd%02x:%x::%x"
                    .formatted(random.nextInt(256), random.nextInt(65536), random.nextInt(65536))),
            24 + random.nextInt(105));
  }

  private static Prefix next(Random random, List<Prefix> held) {
    var of = held.get(random.nextInt(held.size()));
    return Prefix.of(AddressRange.lastOf(of).plus(1), of.length());
  }

  private static Map<String, List<Prefix>> sets(List<Prefix> mesh) {
    return FirewallSets.of(firewall(mesh));
  }

  private static Map<String, List<Prefix>> less(
      Map<String, List<Prefix>> sets, Map<String, List<Prefix>> those) {
    var rest = new TreeMap<>(sets);
    rest.replaceAll(
        (set, all) ->
            all.stream().filter(p -> !those.getOrDefault(set, List.of()).contains(p)).toList());
    return rest;
  }

  private static String ranges(List<Prefix> prefixes) throws IOException {
    var ranges = new TreeMap<BigInteger, BigInteger>();
    for (var p : prefixes) {
      range(ranges, p.address().toString(), p.length());
    }
    return joined(ranges);
  }

  private static String theirs(String set) throws IOException {
    var ranges = new TreeMap<BigInteger, BigInteger>();
    for (var object : Shell.json("nft -j list set inet weft " + set).path("nftables")) {
      for (var element : object.path("set").path("elem")) {
        element(ranges, element);
      }
    }
    return joined(ranges);
  }

  private static void element(Map<BigInteger, BigInteger> ranges, JsonNode element)
      throws IOException {
    if (element.has("range")) {
      ranges.put(
          number(element.path("range").path(0).asText()),
          number(element.path("range").path(1).asText()));
    } else if (element.has("prefix")) {
      var prefix = element.path("prefix");
      range(ranges, prefix.path("addr").asText(), prefix.path("len").asInt());
    } else {
      var address = number(element.asText());
      ranges.put(address, address);
    }
  }

  private static void range(Map<BigInteger, BigInteger> ranges, String address, int length)
      throws IOException {
    int bits = address.contains(":") ? 128 : 32;
    var first = number(address);
    var size = BigInteger.ONE.shiftLeft(bits - length);
    ranges.put(first, first.add(size).subtract(BigInteger.ONE));
  }

  private static BigInteger number(String address) throws IOException {
    return new BigInteger(1, InetAddress.getByName(address).getAddress());
  }

  /** First to last of each run of addresses, neighbours made one. */
  private static String joined(SortedMap<BigInteger, BigInteger> ranges) {
    var text = new StringBuilder();
    BigInteger end = null;
    for (var range : ranges.entrySet()) {
      if (end == null || range.getKey().compareTo(end.add(BigInteger.ONE)) > 0) {
        text.append(end == null ? "" : end + "\n").append(range.getKey()).append(" to ");
      }
      end = range.getValue();
    }
    return text.append(end).toString();
  }
}
