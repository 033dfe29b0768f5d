package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.mesh.net.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The lab's machines: a network namespace wired into a cloud, and an init process each. */
public final class Machines {
  private final LabDirectory directory;

  /** The machines of a lab. */
  public Machines(LabDirectory directory) {
    this.directory = directory;
  }

  /**
   * Wires a machine's network into its cloud.
   *
   * @param number of its addresses
   */
  public void wire(String name, CloudSpec cloud, int number) {
    wire(name, cloud, number, "");
  }

  /**
   * Wires a machine's network into its cloud.
   *
   * @param early commands for a shell in the machine's network, before its links are up
   */
  public void wire(String name, CloudSpec cloud, int number, String early) {
    Shell.script(directory.lab(), "ip netns add " + name).orThrow();
    if (!early.isEmpty()) {
      var net = "--net=/run/netns/" + name;
      Shell.run(directory.lab(), "nsenter", net, "bash", "-ec", early).orThrow();
    }
    var script =
        new StringBuilder(
            """
            ip -n cloud-%2$s link add %1$s type veth peer name eth0 netns %1$s
            ip -n cloud-%2$s link set %1$s master %3$s up
            nsenter --net=/run/netns/%1$s sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            ip -n %1$s link set lo up
            ip -n %1$s link set eth0 up
            """
                .formatted(name, cloud.name(), cloud.lan(number)));
    for (var prefix : cloud.linkOf(number)) {
      script.append(
          "ip -n %s addr add %s/%d dev eth0%s\n"
              .formatted(
                  name,
                  prefix.host(number),
                  prefix.length(),
                  prefix.family() == Family.IPV6 ? " nodad" : ""));
      // The last one of a family counts: it is the public one, where there is one.
      script.append("ip -n %s route replace default via %s\n".formatted(name, prefix.host(1)));
    }
    Shell.script(directory.lab(), script.toString()).orThrow();
  }

  /** Gives a machine of a one-to-one cloud its public address. */
  public void publish(CloudSpec cloud, int number) {
    if (cloud.nat() != Nat.ONE_TO_ONE || cloud.publicSubnet(Family.IPV4).isEmpty()) {
      return; // what is routed needs no translation
    }
    var script =
        """
        ip addr replace %1$s/32 dev wan
        nft add element ip router inbound '{ %1$s : %2$s }'
        nft add element ip router outbound '{ %2$s : %1$s }'
        """
            .formatted(
                cloud.publicAddress(Family.IPV4, number).orElseThrow(),
                cloud.address(Family.IPV4, number).orElseThrow());
    Shell.script(directory.router("cloud-" + cloud.name()), script).orThrow();
  }

  /** Starts a machine whose network is wired. */
  public void boot(String name) {
    boot(
        name,
        Map.of(),
        List.of(
            "nsenter",
            "--net=/run/netns/" + name,
            "unshare",
            "--mount",
            "--uts",
            "--pid",
            "--fork",
            "--propagation",
            "private",
            directory.program("record"),
            directory.root().toString(),
            "machine-" + name,
            directory.program("machine-init"),
            directory.root().toString(),
            name));
  }

  /**
   * Starts a machine whose network is wired, by another first process than that of the lab's own.
   *
   * @param argv makes the machine's namespaces, records its first process as {@code machine-NAME},
   *     and makes the file {@code ready} in the machine's folder
   */
  public void boot(String name, Map<String, String> environment, List<String> argv) {
    var folder = directory.root().resolve("machines").resolve(name);
    var ready = folder.resolve("ready");
    try {
      Files.createDirectories(folder.resolve("disk"));
      Files.deleteIfExists(ready);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    new Daemons(directory).startUnrecorded(directory.lab(), "machine-" + name, environment, argv);
    Wait.until("the boot of " + name, 20, () -> Files.exists(ready));
  }

  /** Empties the disk of a machine that is powered off. */
  void wipe(String name) {
    var disk = directory.root().resolve("machines").resolve(name).resolve("disk");
    Shell.run(Place.HOST, "find", disk.toString(), "-mindepth", "1", "-delete").orThrow();
  }

  /** Ends everything on a machine, its namespaces included; what is on its disk stays. */
  public void powerOff(String name, CloudSpec cloud) {
    // First the cable: a kernel whose processes have ended would forward without their tunnels.
    var cable = "ip -n cloud-%s link del %s".formatted(cloud.name(), name);
    Shell.script(directory.lab(), cable).orThrow();
    directory.process("machine-" + name).ifPresent(RecordedProcess::kill);
    Shell.script(directory.lab(), "ip netns del " + name).orThrow();
  }
}
