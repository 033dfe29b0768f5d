package dev.weft.e2e;

import dev.weft.e2e.exec.NetworkNamespace;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Peer with a preshared key behind a NAT, connected by wg-quick. */
final class Phone {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Lab lab;
  private final Place place;
  private final String name;

  private Phone(Lab lab, Place place, String name) {
    this.lab = lab;
    this.place = place;
    this.name = name;
  }

  /**
   * Adds the Peer, wires the machine into the cloud home and connects it.
   *
   * @param number of its address there
   * @param folder for its configuration
   */
  static Phone connect(Lab lab, String name, int number, Path folder) {
    var machine = lab.addClient(name, "home", number);
    var file = folder.resolve(name + ".conf");
    lab.weft("peer", "add", name, "--location", "gcp", "--preshared-key", "-w", file.toString())
        .orThrow();
    Shell.script(
            machine,
            "install -m 600 %1$s /run/%2$s.conf && nice -n -15 wg-quick up /run/%2$s.conf"
                .formatted(file, name))
        .orThrow();
    var phone = new Phone(lab, machine, name);
    var pod = SharedLab.pod("gcp-1");
    Wait.until(
        name + " reaches " + pod.name(),
        (int) LIMIT.toSeconds(),
        () -> Shell.script(machine, "ping -c1 -W1 " + pod.address()).ok());
    return phone;
  }

  /** Where its traffic starts and ends. */
  Endpoint endpoint() {
    var address = lab.kubectl().get("wgp", name).at("/status/addresses/0").asText();
    return new Endpoint(name + "-1", address, new NetworkNamespace(lab.directory().netns(name)));
  }

  /** Packets that overflowed on it so far. */
  int overflowed() {
    var dropped = "awk '$1 == \"%s:\" { print $13 }' /proc/net/dev".formatted(name);
    return UnderTraffic.overflowed(place)
        + Integer.parseInt(Shell.script(place, dropped + " | grep . || echo 0").orThrow().strip());
  }

  void disconnect() {
    Shell.run(place, LIMIT, "", List.of("wg-quick", "down", "/run/" + name + ".conf"));
    lab.kubectl().run("delete", "wgp", name, "--ignore-not-found").orThrow();
  }
}
