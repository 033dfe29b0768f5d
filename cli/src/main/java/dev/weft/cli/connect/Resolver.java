package dev.weft.cli.connect;

import dev.weft.cli.InputException;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import dev.weft.mesh.net.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The host's DNS servers, set by what the host sets them with: systemd-resolved, resolvconf(8), or
 * else {@code /etc/resolv.conf} itself.
 */
final class Resolver {
  private static final Path FILE = Path.of("/etc/resolv.conf");

  private Resolver() {}

  /** Uses these servers for all names; none: what was before. */
  static void set(StateFile state, String device, List<IpAddress> servers) {
    if (servers.isEmpty()) {
      state.content().traces().stream()
          .filter(
              t ->
                  t instanceof Trace.ResolvedLink
                      || t instanceof Trace.Resolvconf
                      || t instanceof Trace.ResolvConf)
          .forEach(t -> new Undo(state).one(t));
      return;
    }
    if (HostTools.has("resolvectl") && Files.isDirectory(Path.of("/run/systemd/resolve"))) {
      state.add(new Trace.ResolvedLink(device));
      must("resolvectl dns %s %s".formatted(device, joined(servers, " ")), "");
      must("resolvectl domain %s ~.".formatted(device), "");
    } else if (HostTools.has("resolvconf")) {
      state.add(new Trace.Resolvconf(device));
      must("resolvconf -a %s -m 0 -x".formatted(device), lines(servers));
    } else {
      file(state, servers);
    }
  }

  private static void file(StateFile state, List<IpAddress> servers) {
    try {
      var now = Files.exists(FILE) ? Files.readString(FILE) : "";
      var earlier =
          state.content().traces().stream()
              .filter(t -> t instanceof Trace.ResolvConf)
              .map(t -> (Trace.ResolvConf) t)
              .findFirst();
      var before = earlier.map(Trace.ResolvConf::before).orElse(now);
      var written =
          "# weft connect; at its end this file is as it was\n"
              + lines(servers)
              + before
                  .lines()
                  .filter(l -> !l.stripLeading().startsWith("nameserver"))
                  .map(l -> l + "\n")
                  .collect(Collectors.joining());
      state.add(new Trace.ResolvConf(FILE.toString(), before, written));
      Files.writeString(FILE, written);
      earlier.filter(t -> !t.written().equals(written)).ifPresent(state::remove);
    } catch (IOException e) {
      throw new InputException(FILE + " can't be written; leave DNS as it is with --no-dns");
    }
  }

  private static String lines(List<IpAddress> servers) {
    return "nameserver " + joined(servers, "\nnameserver ") + "\n";
  }

  private static String joined(List<IpAddress> servers, String separator) {
    return servers.stream().map(IpAddress::toString).collect(Collectors.joining(separator));
  }

  private static void must(String words, String input) {
    var ignored = HostTools.must(new HostCommand(HostCommand.of(words).argv(), input));
  }
}
