package dev.weft.bench;

import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.nftables.Firewall;
import dev.weft.agent.nftables.Nftables;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Masquerade with 4,000 excepted prefixes: the whole table, and one prefix more. */
final class FirewallBenchmark {
  private static final int PREFIXES = 4000;

  private FirewallBenchmark() {}

  static void run(Results results, Path directory) throws IOException {
    var prefixes =
        IntStream.range(0, PREFIXES)
            .mapToObj(i -> new Prefix(IpAddress.ofIpv4((11 << 24) | (i << 9)), 24))
            .toList();
    var wanted = wanted(prefixes);
    var library =
        NativeLibraries.nftables().orElseThrow(() -> new IOException("libnftables is missing"));
    try (var firewall = new Firewall(new Nftables(library))) {
      firewall.replace(wanted);
      // The same table in nft's own words, as nft itself lists it.
      var text = Shell.run("nft", "list", "table", "inet", "weft");
      var file = Files.writeString(directory.resolve("table"), text).toString();
      Stopwatch.Step fresh = () -> Shell.run("nft", "delete", "table", "inet", "weft");
      results.add(
          "NAT for 4,000 prefixes",
          "weft",
          Stopwatch.measure(5, fresh, () -> firewall.replace(wanted)));
      results.add(
          "NAT for 4,000 prefixes",
          "nft -f",
          Stopwatch.measure(1, fresh, () -> Shell.run("nft", "-f", file)));
      one(results, firewall);
      firewall.remove();
    }
  }

  private static void one(Results results, Firewall firewall) throws IOException {
    var more = Map.of("nat0_except", List.of(Prefix.parse("10.99.0.0/24")));
    boolean[] there = {false};
    results.add(
        "one prefix more of 4,000",
        "weft",
        Stopwatch.measure(
            6,
            () -> {},
            () -> {
              firewall.updateSets(there[0] ? Map.of() : more, there[0] ? more : Map.of());
              there[0] = !there[0];
            }));
  }

  private static DesiredFirewall wanted(List<Prefix> prefixes) {
    return new DesiredFirewall(
        List.of(Bed.DEVICE),
        List.of(Bed.DEVICE),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(new MasqueradeRule(List.of(Prefix.parse("10.2.1.0/24")), List.of(), prefixes)),
        prefixes,
        List.of(Prefix.parse("10.2.1.0/24")),
        List.of());
  }
}
