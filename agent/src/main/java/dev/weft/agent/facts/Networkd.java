package dev.weft.agent.facts;

import dev.weft.mesh.diff.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether systemd-networkd removes what is Weft's. By default it deletes rules, routes and next
 * hops of others when it starts and when a link is configured anew. An agent puts them back within
 * a second; while there is no agent, nothing does. So one time is worth saying.
 *
 * <p>That it runs is known by its sockets, which are the network namespace's; its configuration
 * can't be read from a container.
 */
final class Networkd {
  private static final String SOCKETS = "/run/systemd/netif/";
  private static final Duration REMEMBERED = Duration.ofHours(24);

  private final Path unixSockets;
  private Optional<Instant> removedAt = Optional.empty();

  /**
   * A look at this host.
   *
   * @param unixSockets usually {@code /proc/net/unix}
   */
  Networkd(Path unixSockets) {
    this.unixSockets = unixSockets;
  }

  /** Takes note of changes that put back what somebody else removed. */
  void repaired(Collection<Change> changes, Instant now) {
    if (changes.stream().anyMatch(Networkd::isOfItsKind) && isRunning()) {
      removedAt = Optional.of(now);
    }
  }

  private static boolean isOfItsKind(Change change) {
    return change instanceof Change.AddRule
        || change instanceof Change.SetRoute
        || change instanceof Change.SetNextHop
        || change instanceof Change.SetNextHopGroup;
  }

  /** At most one, with the fix. */
  List<String> problems(Instant now) {
    return removedAt.filter(at -> now.isBefore(at.plus(REMEMBERED))).stream()
        .map(
            at ->
                "systemd-networkd is running and removes rules, routes and next hops of others, and some of Weft's were gone at %s; run mkdir -p /etc/systemd/networkd.conf.d && printf '%%s\\n' '[Network]' ManageForeignRoutingPolicyRules=no ManageForeignRoutes=no ManageForeignNextHops=no >/etc/systemd/networkd.conf.d/weft.conf && systemctl restart systemd-networkd"
                    .formatted(at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)))
        .toList();
  }

  private boolean isRunning() {
    try (var lines = Files.lines(unixSockets)) {
      return lines.anyMatch(line -> line.contains(" " + SOCKETS));
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }
}
