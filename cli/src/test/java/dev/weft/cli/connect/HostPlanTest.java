package dev.weft.cli.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.InputException;
import dev.weft.cli.host.HostCommand;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostPlanTest {
  private static final Numbers NUMBERS = new Numbers("weft", 7060, 7100);
  private static final List<Family> BOTH = Arrays.asList(Family.values());

  @Test
  void meshPrefixesAreLookedUpBeforeMainButNotByWireGuardItself() {
    var plan = plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24", "10.42.1.0/24"));
    assertEquals(List.of(route("10.42.0.0/23", 7060, false)), plan.routes());
    assertEquals(
        List.of(
            new HostRule(
                Family.IPV4, "priority 7101 not from all fwmark 0x1000/0x1000 lookup 7060")),
        plan.rules());
    assertFalse(plan.marksReplies());
  }

  @Test
  void whatTheHostReachesByANarrowerRouteStaysThere() {
    var plan =
        plan(
            List.of("10.1.2.0/24", "10.42.0.0/16", "172.17.0.0/16"),
            peer(1, "192.0.2.1", "10.0.0.0/8"));
    assertTrue(plan.routes().contains(route("10.1.2.0/24", 7060, true)));
    assertTrue(plan.routes().contains(route("10.42.0.0/16", 7060, true)));
    assertEquals(3, plan.routes().size());
  }

  @Test
  void anEqualRouteOfTheHostGivesWay() {
    var plan = plan(List.of("10.42.0.0/24"), peer(1, "192.0.2.1", "10.42.0.0/24"));
    assertEquals(List.of(route("10.42.0.0/24", 7060, false)), plan.routes());
  }

  @Test
  void aDefaultRouteIsTakenWhereMainHasNoneButItsOwn() {
    var plan =
        plan(List.of("192.168.1.0/24"), peer(1, "192.0.2.1", "0.0.0.0/0", "::/0", "10.42.0.0/24"));
    assertTrue(plan.routes().contains(route("0.0.0.0/0", 7061, false)));
    assertTrue(plan.routes().contains(route("::/0", 7061, false)));
    assertTrue(plan.routes().contains(route("10.42.0.0/24", 7060, false)));
    assertEquals(
        List.of(
            "priority 7101 not from all fwmark 0x1000/0x1000 lookup 7060",
            "priority 7102 lookup main suppress_prefixlength 0",
            "priority 7103 not from all fwmark 0x1000/0x1000 lookup 7061"),
        plan.rules().stream().filter(r -> r.family() == Family.IPV4).map(HostRule::words).toList());
    assertTrue(plan.marksReplies(), "the gateway itself is behind the default route");
  }

  /** Else a tunnel that fails would take the news of a new gateway with it. */
  @Test
  void theApiServerIsReachedBesideATunnelThatCoversIt() {
    var servers = List.of(new Endpoint("192.0.2.10", 6443), new Endpoint("2001:db8::10", 443));
    var all = peer(1, "192.0.2.1", "0.0.0.0/0");
    assertEquals(
        "priority 7100 to 192.0.2.10 ipproto tcp dport 6443 lookup main",
        HostPlan.of(config(all), NUMBERS, servers, List.of(), BOTH).rules().getFirst().words());
    var mesh = peer(1, "192.0.2.1", "10.42.0.0/24");
    assertEquals(1, HostPlan.of(config(mesh), NUMBERS, servers, List.of(), BOTH).rules().size());
  }

  @Test
  void aHostWithoutIpv6GetsNoneOfIt() {
    var config = config(peer(1, "192.0.2.1", "10.42.0.0/24", "fd42::/64"));
    var plan = HostPlan.of(config, NUMBERS, List.of(), List.of(), List.of(Family.IPV4));
    assertEquals(List.of(prefix("10.4.0.9/32")), plan.addresses());
    assertEquals(List.of(route("10.42.0.0/24", 7060, false)), plan.routes());
    assertEquals(List.of(prefix("10.42.0.0/24")), plan.peers().getFirst().allowedIPs());
  }

  @Test
  void aMovedGatewayIsGivenItsPrefixesBeforeTheOldOneGoes() {
    var before =
        plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24"), peer(2, "192.0.2.2", "10.43.0.0/24"));
    var after =
        plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24"), peer(3, "192.0.2.3", "10.43.0.0/24"));
    assertEquals(
        List.of(
            "wg set weft peer %s endpoint 192.0.2.3:51820 persistent-keepalive 25 allowed-ips 10.43.0.0/24"
                .formatted(key(3).text()),
            "wg set weft peer %s remove".formatted(key(2).text())),
        changes(before, after));
  }

  @Test
  void anEndpointThatIsTheSameIsNotWrittenAgain() {
    var before = plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24"));
    var after = plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24", "10.44.0.0/24"));
    assertEquals(
        List.of(
            "wg set weft peer %s persistent-keepalive 25 allowed-ips 10.42.0.0/24,10.44.0.0/24"
                .formatted(key(1).text()),
            "ip -4 route replace 10.44.0.0/24 dev weft table 7060"),
        changes(before, after));
    assertEquals(List.of(), changes(after, after));
  }

  @Test
  void aPrefixThatBecomesAThrowIsReplacedNotDeleted() {
    var before =
        plan(List.of(), peer(1, "192.0.2.1", "10.0.0.0/8"), peer(2, "192.0.2.2", "10.1.0.0/16"));
    var after = plan(List.of("10.1.0.0/16"), peer(1, "192.0.2.1", "10.0.0.0/8"));
    assertEquals(
        List.of(
            "ip -4 route replace throw 10.1.0.0/16 table 7060",
            "wg set weft peer %s remove".formatted(key(2).text())),
        changes(before, after));
  }

  @Test
  void presharedKeysGoThroughStandardInputAlone() {
    var secret = PresharedKey.ofBytes(bytes(9));
    var commands =
        HostChanges.between(
            NUMBERS,
            secret,
            HostPlan.NOTHING,
            plan(List.of(), peer(1, "192.0.2.1", "10.42.0.0/24")));
    assertTrue(commands.stream().noneMatch(c -> c.toString().contains(secret.reveal())));
    assertTrue(commands.stream().anyMatch(c -> c.input().equals(secret.reveal() + "\n")));
  }

  @Test
  void numbersThatOthersUseAreLeftToThem() {
    assertEquals(new Numbers("weft", 7060, 7100), Numbers.free("weft", Set.of(254), Set.of(0)));
    assertEquals(new Numbers("weft", 7064, 7120), Numbers.free("weft", Set.of(7061), Set.of(7112)));
    var all = Set.copyOf(IntStream.range(7060, 7080).boxed().toList());
    assertThrows(InputException.class, () -> Numbers.free("weft", all, Set.of()));
  }

  private static List<String> changes(HostPlan before, HostPlan after) {
    return HostChanges.between(NUMBERS, PresharedKey.NONE, before, after).stream()
        .map(HostCommand::toString)
        .toList();
  }

  private static HostPlan plan(List<String> known, ClientPeer... peers) {
    return HostPlan.of(
        config(peers), NUMBERS, List.of(), known.stream().map(HostPlanTest::prefix).toList(), BOTH);
  }

  private static ClientConfig config(ClientPeer... peers) {
    return new ClientConfig(
        "laptop",
        List.of(prefix("10.4.0.9/32"), prefix("fd00::9/128")),
        0,
        List.of(),
        0,
        false,
        List.of(peers));
  }

  private static ClientPeer peer(int number, String endpoint, String... allowed) {
    return new ClientPeer(
        "node-" + number,
        "location-" + number,
        key(number),
        List.of(Endpoint.of(IpAddress.parse(endpoint), 51820)),
        Arrays.stream(allowed).map(HostPlanTest::prefix).toList(),
        25);
  }

  private static PublicKey key(int number) {
    return PublicKey.ofBytes(bytes(number));
  }

  private static byte[] bytes(int number) {
    var bytes = new byte[32];
    bytes[0] = (byte) number;
    return bytes;
  }

  private static HostRoute route(String destination, int table, boolean isThrow) {
    return new HostRoute(prefix(destination), table, isThrow);
  }

  private static Prefix prefix(String text) {
    return Prefix.parse(text);
  }
}
