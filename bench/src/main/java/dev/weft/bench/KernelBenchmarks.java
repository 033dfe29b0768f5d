package dev.weft.bench;

import dev.weft.agent.kernel.ApplyResult;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.key.KeyPairs;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the agent does to the kernel, beside the tool that does the same. */
final class KernelBenchmarks {
  private static final int ROUTES = 10_000;
  private static final int PEERS = 1000;
  private static final int WARM_UP = 15;
  private static final int PROTOCOL = 87;
  private static final int TABLE = 7050;
  private static final long HOP = 0x5700_0001L;
  private static final long GROUP = 0x5700_0002L;

  private final Kernel kernel;
  private final Path directory;
  private final Results results;
  private final KeyPair own = KeyPairs.generate(new SecureRandom());

  KernelBenchmarks(Bed bed, Path directory, Results results) {
    this.kernel = bed.kernel();
    this.directory = directory;
    this.results = results;
  }

  private void apply(List<Change> changes) throws IOException {
    check(kernel.apply(new ChangeSet(changes), PROTOCOL));
  }

  private static void check(ApplyResult result) throws IOException {
    if (!result.isComplete()) {
      throw new IOException(result.failures().getFirst().toString());
    }
  }

  void routes() throws IOException {
    var changes = new ArrayList<Change>();
    var batch = new StringBuilder();
    for (int i = 0; i < ROUTES; i++) {
      var to = new Prefix(IpAddress.ofIpv4((11 << 24) | (i << 8)), 24);
      changes.add(
          new Change.SetRoute(
              new DesiredRoute(TABLE, to, new RouteTarget.Group(GROUP), Optional.empty())));
      batch.append("route add %s table %d protocol 87 nhid %d\n".formatted(to, TABLE, GROUP));
    }
    var file = Files.writeString(directory.resolve("routes"), batch).toString();
    Stopwatch.Step fresh =
        () -> {
          Shell.run("ip", "nexthop", "flush"); // takes the routes along
          apply(
              List.of(
                  new Change.SetNextHop(
                      new DesiredNextHop(HOP, Family.IPV4, Optional.empty(), Bed.DEVICE)),
                  new Change.SetNextHopGroup(
                      new DesiredNextHopGroup(GROUP, Family.IPV4, List.of(HOP)))));
        };
    results.add("10,000 routes", "weft", Stopwatch.measure(WARM_UP, fresh, () -> apply(changes)));
    results.add(
        "10,000 routes",
        "ip -batch",
        Stopwatch.measure(2, fresh, () -> Shell.run("ip", "-batch", file)));
    Shell.run("ip", "nexthop", "flush");
  }

  void peers() throws IOException {
    var changes = new ArrayList<Change>();
    var text = new StringBuilder(header());
    for (int i = 1; i <= PEERS; i++) {
      var key = new PublicKey(Fleet.key(i));
      var endpoint = Endpoint.parse("127.1.%d.%d:51820".formatted(i >> 8, i & 255));
      var prefix = new Prefix(IpAddress.ofIpv4((11 << 24) | (i << 8)), 24);
      changes.add(
          new Change.SetPeer(
              Bed.DEVICE,
              key,
              true,
              Optional.of(endpoint),
              List.of(prefix),
              Optional.of(0),
              Optional.empty()));
      text.append(
          "[Peer]\nPublicKey = %s\nEndpoint = %s\nAllowedIPs = %s\n"
              .formatted(key.text(), endpoint, prefix));
    }
    var all = Files.writeString(directory.resolve("peers"), text).toString();
    var none = Files.writeString(directory.resolve("none"), header()).toString();
    Stopwatch.Step fresh = () -> Shell.run("wg", "setconf", Bed.DEVICE, none);
    results.add(
        "1,000 peers from nothing", "weft", Stopwatch.measure(30, fresh, () -> apply(changes)));
    results.add(
        "1,000 peers from nothing",
        "wg setconf",
        Stopwatch.measure(1, fresh, () -> Shell.run("wg", "setconf", Bed.DEVICE, all)));
    onePeer(text.toString(), all);
    fresh.run();
  }

  private String header() {
    return "[Interface]\nPrivateKey = %s\n".formatted(own.privateKey().reveal());
  }

  /** One peer gets another prefix and back; weft reads the device before, as in every pass. */
  private void onePeer(String text, String all) throws IOException {
    var changed =
        Files.writeString(
                directory.resolve("changed"),
                text.replace("AllowedIPs = 11.1.244.0/24", "AllowedIPs = 11.99.0.0/24"))
            .toString();
    var key = new PublicKey(Fleet.key(500));
    var prefixes = List.of(Prefix.parse("11.1.244.0/24"), Prefix.parse("11.99.0.0/24"));
    int[] turn = {0};
    Shell.run("wg", "setconf", Bed.DEVICE, all);
    results.add(
        "one of 1,000 peers changed",
        "weft",
        Stopwatch.measure(
            WARM_UP,
            () -> turn[0]++,
            () ->
                apply(
                    List.of(
                        new Change.SetPeer(
                            Bed.DEVICE,
                            key,
                            false,
                            Optional.empty(),
                            List.of(prefixes.get(turn[0] % 2)),
                            Optional.empty(),
                            Optional.empty()),
                        new Change.RemoveAllowedIPs(
                            Bed.DEVICE, key, List.of(prefixes.get((turn[0] + 1) % 2)))))));
    results.add(
        "one of 1,000 peers changed",
        "wg syncconf",
        Stopwatch.measure(
            2,
            () -> turn[0]++,
            () -> Shell.run("wg", "syncconf", Bed.DEVICE, turn[0] % 2 == 0 ? all : changed)));
  }

  /** A whole mesh of 1,000 nodes, then passes in which nothing is to be done. */
  void rest() throws IOException {
    var view = Fleet.view(PEERS, own);
    var facts = Fleet.facts();
    var secrets = Fleet.secrets(own);
    var state = DataplanePlanner.plan(view, facts, secrets);
    converge(state);
    results.add(
        "1,000 nodes, nothing to do",
        "weft",
        Stopwatch.measure(
            150,
            () -> {},
            () -> {
              var wanted = DataplanePlanner.plan(view, facts, secrets);
              var seen = kernel.read(wanted, 1);
              var changes = StateDiff.diff(wanted, seen);
              if (!changes.isEmpty()) {
                throw new IOException("something is left to do: " + changes.changes().getFirst());
              }
            }));
    results.add(
        "… of it: snapshot", "weft", Stopwatch.measure(10, () -> {}, () -> kernel.read(state, 1)));
    results.add(
        "… of it: plan",
        "weft",
        Stopwatch.measure(10, () -> {}, () -> DataplanePlanner.plan(view, facts, secrets)));
  }

  private void converge(DesiredState state) throws IOException {
    for (int i = 0; i < 5; i++) {
      var changes = StateDiff.diff(state, kernel.read(state, 1));
      if (changes.isEmpty()) {
        return;
      }
      check(kernel.apply(changes, state.routeProtocol()));
    }
    throw new IOException("the kernel doesn't become as wanted");
  }
}
