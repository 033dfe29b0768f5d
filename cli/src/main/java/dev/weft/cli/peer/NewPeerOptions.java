package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Where a Peer that a command makes belongs, and what it sends there. */
public final class NewPeerOptions {
  @Option(
      names = "--location",
      paramLabel = "LOCATION",
      description = "Attach the Peer that is made to this location only.")
  private Optional<String> location = Optional.empty();

  @Option(
      names = "--full-tunnel",
      description =
          "It sends everything through its location's gateway, and is seen on the internet with that one's address.")
  private boolean fullTunnel;

  @Option(
      names = "--dns",
      split = ",",
      paramLabel = "IP",
      description = "DNS servers of the Peer that is made; default: the mesh's clientDNS.")
  private List<String> dns = List.of();

  @Option(names = "--mesh", paramLabel = "NAME", description = "Which mesh, if there are several.")
  private Optional<String> mesh = Optional.empty();

  /** Whether any of them was given. */
  public boolean areGiven() {
    return location.isPresent() || fullTunnel || !dns.isEmpty() || mesh.isPresent();
  }

  /**
   * Writes them into a Peer's spec.
   *
   * @throws InputException if one is malformed
   */
  public void writeTo(ObjectNode spec) {
    location.ifPresent(l -> spec.put("location", l));
    mesh.ifPresent(m -> spec.put("mesh", m));
    if (fullTunnel) {
      spec.put("fullTunnel", true);
    }
    if (!dns.isEmpty()) {
      var servers = spec.putArray("dns");
      dns.forEach(d -> servers.add(parsed("--dns", d, IpAddress::parse).toString()));
    }
  }

  /** An option's value, or one line that names the option. */
  static <T> T parsed(String option, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new InputException(option + ": " + e.getMessage());
    }
  }
}
