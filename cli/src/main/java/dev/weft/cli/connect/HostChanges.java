package dev.weft.cli.connect;

import dev.weft.cli.host.HostCommand;
import dev.weft.mesh.client.ClientPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * From one plan to the next, in commands that touch only what differs. Pure.
 *
 * <p>Peers are changed one at a time, and one that stays keeps its session: a prefix moves to its
 * new gateway by being given to it, before the old one goes. An endpoint is written only when it
 * changes, for WireGuard may have learnt a better one. Routes come after their peers and go before
 * them, and rules come last, so that nothing for the mesh leaves in plain text in between.
 */
final class HostChanges {
  private final String device;
  private final PresharedKey presharedKey;
  private final HostPlan before;
  private final HostPlan after;
  private final List<HostCommand> commands = new ArrayList<>();

  private HostChanges(Numbers numbers, PresharedKey presharedKey, HostPlan before, HostPlan after) {
    this.device = numbers.device();
    this.presharedKey = presharedKey;
    this.before = before;
    this.after = after;
  }

  /**
   * The commands, in order.
   *
   * @param presharedKey of all tunnels; {@link PresharedKey#NONE}: none
   */
  static List<HostCommand> between(
      Numbers numbers, PresharedKey presharedKey, HostPlan before, HostPlan after) {
    return new HostChanges(numbers, presharedKey, before, after).commands();
  }

  private List<HostCommand> commands() {
    without(after.addresses(), before.addresses()).forEach(a -> address("add", a));
    if (after.mtu() != before.mtu() && after.mtu() != 0) {
      add("ip link set mtu %d dev %s".formatted(after.mtu(), device));
    }
    peers();
    without(after.routes(), before.routes()).forEach(this::route);
    without(after.rules(), before.rules()).forEach(r -> rule("add", r));
    without(before.rules(), after.rules()).forEach(r -> rule("del", r));
    without(before.routes(), after.routes()).stream()
        .filter(r -> after.routes().stream().noneMatch(a -> isSamePlace(a, r)))
        .forEach(
            r ->
                add(
                    "ip -%s route del %s%s table %d"
                        .formatted(
                            digit(r.destination().family()),
                            r.isThrow() ? "throw " : "",
                            r.destination(),
                            r.table())));
    before.peers().stream()
        .filter(p -> after.peers().stream().noneMatch(a -> a.publicKey().equals(p.publicKey())))
        .forEach(p -> add("wg set %s peer %s remove".formatted(device, p.publicKey().text())));
    without(before.addresses(), after.addresses()).forEach(a -> address("del", a));
    return List.copyOf(commands);
  }

  private void peers() {
    Map<String, ClientPeer> old = new HashMap<>();
    before.peers().forEach(p -> old.put(p.publicKey().text(), p));
    for (var peer : after.peers()) {
      var was = old.get(peer.publicKey().text());
      if (was == null) {
        peer(peer, true, true);
      } else if (!isSame(was, peer)) {
        peer(peer, false, !was.endpoint().equals(peer.endpoint()));
      }
    }
  }

  private static boolean isSame(ClientPeer one, ClientPeer other) {
    return one.endpoint().equals(other.endpoint())
        && one.allowedIPs().equals(other.allowedIPs())
        && one.persistentKeepaliveSeconds() == other.persistentKeepaliveSeconds();
  }

  private void peer(ClientPeer peer, boolean isNew, boolean withEndpoint) {
    var argv = new ArrayList<>(List.of("wg", "set", device, "peer", peer.publicKey().text()));
    boolean secret = isNew && !presharedKey.equals(PresharedKey.NONE);
    if (secret) {
      argv.addAll(List.of("preshared-key", "/dev/stdin"));
    }
    if (withEndpoint && !peer.endpoint().isEmpty()) {
      argv.addAll(List.of("endpoint", peer.endpoint().getFirst().toString()));
    }
    argv.addAll(List.of("persistent-keepalive", String.valueOf(peer.persistentKeepaliveSeconds())));
    argv.addAll(
        List.of(
            "allowed-ips",
            peer.allowedIPs().stream().map(Prefix::toString).collect(Collectors.joining(","))));
    commands.add(new HostCommand(argv, secret ? presharedKey.reveal() + "\n" : ""));
  }

  private void address(String verb, Prefix address) {
    add(
        "ip -%s address %s %s dev %s%s"
            .formatted(
                digit(address.family()),
                verb,
                address,
                device,
                verb.equals("add") && address.family() == Family.IPV6 ? " nodad" : ""));
  }

  private void route(HostRoute route) {
    add(
        "ip -%s route replace %s%s%s table %d"
            .formatted(
                digit(route.destination().family()),
                route.isThrow() ? "throw " : "",
                route.destination(),
                route.isThrow() ? "" : " dev " + device,
                route.table()));
  }

  private static boolean isSamePlace(HostRoute one, HostRoute other) {
    return one.table() == other.table() && one.destination().equals(other.destination());
  }

  private void rule(String verb, HostRule rule) {
    add("ip -%s rule %s %s".formatted(digit(rule.family()), verb, rule.words()));
  }

  private void add(String words) {
    commands.add(HostCommand.of(words));
  }

  /** The option of ip(8) that chooses a family. */
  static String digit(Family family) {
    return family == Family.IPV4 ? "4" : "6";
  }

  private static <T> List<T> without(List<T> all, List<T> others) {
    return all.stream().filter(o -> !others.contains(o)).toList();
  }
}
