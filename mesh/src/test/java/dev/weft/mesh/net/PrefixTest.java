package dev.weft.mesh.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
  @Test
  void whatIsLeftOfAPrefixWithoutAnotherHoldsAllButThat() {
    var rest = Prefix.parse("10.0.0.0/8").minus(Prefix.parse("10.1.2.0/24"));
    assertEquals(16, rest.size());
    assertTrue(rest.stream().noneMatch(p -> p.overlaps(Prefix.parse("10.1.2.0/24"))));
    for (var inside : List.of("10.1.1.255", "10.1.3.0", "10.255.255.255", "10.0.0.0")) {
      var address = IpAddress.parse(inside);
      assertEquals(1, rest.stream().filter(p -> p.contains(address)).count(), inside);
    }
    var six = Prefix.parse("fc00::/7").minus(Prefix.parse("fd00:ec2::254"));
    assertEquals(121, six.size());
    assertTrue(six.stream().anyMatch(p -> p.contains(IpAddress.parse("fd00:ec2::255"))));
    assertTrue(six.stream().noneMatch(p -> p.contains(IpAddress.parse("fd00:ec2::254"))));
    assertEquals(List.of(), Prefix.parse("10.1.0.0/16").minus(Prefix.parse("10.0.0.0/8")));
    assertEquals(
        List.of(Prefix.parse("10.1.0.0/16")),
        Prefix.parse("10.1.0.0/16").minus(Prefix.parse("10.2.0.0/16")));
  }

  @Test
  void hostBitsAreRefusedWithTheFix() {
    var e = assertThrows(IllegalArgumentException.class, () -> Prefix.parse("10.0.1.5/24"));
    assertEquals("'10.0.1.5/24' has host bits set; write 10.0.1.0/24", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/ 8",
        "::/129",
        "/8",
        "10.0.0.0/8/8",
        "10.0.0.0/٨"
      })
  void whatIsNoPrefixIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Prefix.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.0.0/16, true, true",
    "10.1.0.0/16, 10.0.0.0/8, false, true",
    "10.0.0.0/16, 10.1.0.0/16, false, false",
    "0.0.0.0/0, 10.0.0.0/8, true, true",
    "0.0.0.0/0, ::/0, false, false",
    "fd00::/8, fd42::/48, true, true",
    "fd42::/64, fd42:0:0:1::/64, false, false"
  })
  void containmentAndOverlap(String one, String other, boolean contains, boolean overlaps) {
    assertEquals(contains, Prefix.parse(one).contains(Prefix.parse(other)));
    assertEquals(overlaps, Prefix.parse(one).overlaps(Prefix.parse(other)));
    assertEquals(overlaps, Prefix.parse(other).overlaps(Prefix.parse(one)));
  }

  @Provide
  Arbitrary<Prefix> closePrefixes() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 255), Arbitraries.integers().between(22, 32))
        .as((low, length) -> Prefix.of(IpAddress.ofIpv4(0x0a000000 | low << 2), length));
  }

  @Property(tries = 200)
  void aggregationHoldsTheSameAddressesInFewerPrefixes(
      @ForAll List<@net.jqwik.api.From("closePrefixes") Prefix> prefixes) {
    var aggregated = Aggregation.of(prefixes);
    assertTrue(aggregated.size() <= prefixes.size());
    for (int i = 0; i < 1024; i++) {
      var address = IpAddress.ofIpv4(0x0a000000 + i);
      assertEquals(
          prefixes.stream().anyMatch(p -> p.contains(address)),
          aggregated.stream().anyMatch(p -> p.contains(address)));
    }
    for (var one : aggregated) {
      assertEquals(List.of(one), aggregated.stream().filter(one::overlaps).toList());
    }
    assertEquals(aggregated, Aggregation.of(aggregated));
  }

  @Property(tries = 200)
  void theIndexFindsAnOverlapIffThereIsOne(
      @ForAll List<@net.jqwik.api.From("closePrefixes") Prefix> held,
      @ForAll @net.jqwik.api.From("closePrefixes") Prefix asked) {
    var index = new PrefixIndex<Integer>();
    held.forEach(p -> index.add(p, p.length()));
    var found = index.overlapping(asked, length -> length % 2 == 0);
    var expected = held.stream().anyMatch(p -> p.length() % 2 == 0 && p.overlaps(asked));
    assertEquals(expected, found.isPresent());
    found.ifPresent(e -> assertTrue(e.getKey().overlaps(asked)));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:51820, 192.0.2.1, 51820",
    "[2001:DB8::1]:51820, 2001:db8::1, 51820",
    "vpn.example.com:1, vpn.example.com, 1"
  })
  void endpointsReadBack(String text, String host, int port) {
    var endpoint = Endpoint.parse(text);
    assertEquals(new Endpoint(host, port), endpoint);
    assertEquals(endpoint, Endpoint.parse(endpoint.toString()));
    assertEquals(
        host.contains("example") ? Optional.empty() : Optional.of(IpAddress.parse(host)),
        endpoint.address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "192.0.2.1:",
        "192.0.2.1:0",
        "192.0.2.1:65536",
        "192.0.2:1",
        "2001:db8::1:51820",
        "[192.0.2.1:1",
        ":51820",
        "a b:1",
        "-a.example:1",
        "x..y:1",
        "[]:1"
      })
  void whatIsNoEndpointIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
    assertFalse(text.isEmpty());
  }
}
