package dev.weft.cli.connect;

import dev.weft.cli.InputException;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.net.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The host's side of a connection: its device, and what a plan has of routes, rules and DNS. */
final class Tunnel {
  private static final String VALID_MARK = "/proc/sys/net/ipv4/conf/all/src_valid_mark";
  private static final Path SOCKETS = Path.of("/run/wireguard");
  private static final int SOCKET_LOOKS = 100;

  private final StateFile state;
  private final Numbers numbers;
  private final ClientSecrets secrets;
  private final boolean dns;
  private HostPlan plan = HostPlan.NOTHING;

  /**
   * @param dns whether the host's DNS servers are changed at all
   */
  Tunnel(StateFile state, Numbers numbers, ClientSecrets secrets, boolean dns) {
    this.state = state;
    this.numbers = numbers;
    this.secrets = secrets;
    this.dns = dns;
  }

  Numbers numbers() {
    return numbers;
  }

  /** Makes the device, with the key, up, and without peers. */
  void make(int listenPort) {
    var device = numbers.device();
    if (!Files.exists(SOCKETS)) {
      state.add(new Trace.Folder(SOCKETS.toString())); // wireguard-go makes it
    }
    state.add(new Trace.Device(device));
    var kernel =
        HostTools.run(HostCommand.of("ip link add dev %s type wireguard".formatted(device)));
    if (!kernel.ok()) {
      userspace(kernel.err());
    }
    var set =
        "wg set %s private-key /dev/stdin fwmark 0x%x%s"
            .formatted(device, Numbers.MARK, listenPort == 0 ? "" : " listen-port " + listenPort);
    must(new HostCommand(HostCommand.of(set).argv(), secrets.privateKey().reveal() + "\n"));
    must(HostCommand.of("ip link set %s up".formatted(device)));
  }

  private void userspace(String why) {
    if (!HostTools.has("wireguard-go")) {
      throw new InputException(
          "the kernel makes no WireGuard device (%s), and wireguard-go is missing; install one of them"
              .formatted(why.lines().findFirst().orElse("no reason")));
    }
    // In a session of its own, or Ctrl-C would end it first.
    must(HostCommand.of("setsid wireguard-go " + numbers.device()));
    var socket = SOCKETS.resolve(numbers.device() + ".sock");
    boolean there =
        IntStream.range(0, SOCKET_LOOKS)
            .anyMatch(
                i -> {
                  if (!Files.exists(socket)) {
                    pause();
                  }
                  return Files.exists(socket);
                });
    if (!there) {
      throw new InputException("wireguard-go has started and made no " + socket);
    }
  }

  /**
   * Goes from what is there to another plan.
   *
   * @return how many commands it took
   */
  int apply(HostPlan wanted) {
    // What is to be undone is written down first, the last one of it is undone first.
    if (wanted.marksReplies() && !plan.marksReplies()) {
      markReplies();
    }
    wanted.routes().stream()
        .map(r -> new Trace.Table(digit(r.destination().family()), r.table()))
        .distinct()
        .forEach(state::add);
    wanted.rules().forEach(r -> state.add(new Trace.Rule(digit(r.family()), r.words())));
    var commands = HostChanges.between(numbers, secrets.presharedKey(), plan, wanted);
    commands.forEach(Tunnel::must);
    if (dns && !wanted.dns().equals(plan.dns())) {
      Resolver.set(state, numbers.device(), wanted.dns());
    }
    plan = wanted;
    return commands.size();
  }

  /** What a strict rp_filter needs, where the way back to a gateway seems to be the tunnel. */
  private void markReplies() {
    if (!HostTools.has("nft")) {
      throw new InputException(
          "nft is missing, and a gateway is called at an address that is routed into the tunnel; install nftables");
    }
    try {
      var before = Files.readString(Path.of(VALID_MARK));
      if (!before.strip().equals("1")) {
        state.add(new Trace.Setting(VALID_MARK, before));
        Files.writeString(Path.of(VALID_MARK), "1");
      }
    } catch (java.io.IOException e) {
      throw new InputException(VALID_MARK + " can't be written; are you in a container?");
    }
    var table = "weft-connect-" + numbers.device();
    var port = HostTools.must(HostCommand.of("wg show %s listen-port".formatted(numbers.device())));
    state.add(new Trace.Filter(table));
    must(
        new HostCommand(
            List.of("nft", "-f", "-"),
            """
            table inet %1$s {
              chain prerouting {
                type filter hook prerouting priority mangle; policy accept;
                iifname != "%2$s" udp dport %3$s meta mark set meta mark | 0x%4$x
              }
            }
            """
                .formatted(table, numbers.device(), port.strip(), Numbers.MARK)));
  }

  private static int digit(Family family) {
    return family == Family.IPV4 ? 4 : 6;
  }

  private static void must(HostCommand command) {
    var ignored = HostTools.must(command);
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
