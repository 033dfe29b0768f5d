package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Link addresses of neighbours across a veth pair. */
class NeighbourKernelIT {
  @TempDir Path directory;
  private Kernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                directory.resolve("requests"),
                Path.of("/run/wireguard"),
                Duration.ofSeconds(10)));
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip netns add there
        ip netns exec there sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link add wan type veth peer name wan netns there
        ip addr add 10.9.0.1/24 dev wan; ip addr add fd09::1/64 dev wan nodad; ip link set wan up
        ip -n there addr add 10.9.0.2/24 dev wan; ip -n there addr add fd09::2/64 dev wan nodad
        ip -n there link set wan up
        """);
  }

  @AfterEach
  void close() {
    kernel.close();
    Shell.run("ip netns del there; ip link del wan 2>/dev/null; true");
  }

  private int index(String link) throws IOException {
    return kernel.links().stream()
        .filter(l -> l.name().equals(link))
        .findFirst()
        .orElseThrow()
        .index();
  }

  @Test
  void whatIsNotKnownIsAskedForAndKnownThen() throws IOException {
    var mac =
        Shell.run("ip -n there -br link show wan | awk '{print $3}'").strip().replace(":", "");
    var there = new MacAddress(Long.parseLong(mac, 16));
    int wan = index("wan");
    var wanted = new HashMap<IpAddress, Integer>();
    wanted.put(IpAddress.parse("10.9.0.2"), wan);
    wanted.put(IpAddress.parse("fd09::2"), wan);
    wanted.put(IpAddress.parse("10.9.0.77"), wan);
    assertEquals(Map.of(), kernel.neighbours(wanted));
    var expected = Map.of(IpAddress.parse("10.9.0.2"), there, IpAddress.parse("fd09::2"), there);
    Map<IpAddress, MacAddress> known = Map.of();
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!known.equals(expected) && System.nanoTime() < until) {
      known = kernel.neighbours(wanted);
      Thread.onSpinWait();
    }
    assertEquals(expected, known);
  }

  @Test
  void anotherLinksNeighbourIsNotTakenForIt() throws IOException {
    Shell.run("ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:09 dev wan");
    assertTrue(kernel.neighbours(Map.of(IpAddress.parse("10.9.0.2"), index("lo"))).isEmpty());
  }
}
