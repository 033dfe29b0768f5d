package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Faults of agents themselves: one of another version, and one with another node's key. */
final class ForeignAgents {
  private ForeignAgents() {}

  /** A node whose disk was copied from another's. It is left out, and with it all its location. */
  static InjectedFault cloned(Lab lab, String node, String from) {
    return new InjectedFault(
        "a key was copied from another node",
        node,
        Set.of(
            "ClonedNode Node/" + node, "NoGateway location " + lab.inventory().node(node).cloud()),
        () -> {
          lab.faults().stopAgent(node);
          copyKey(lab, from, node);
          lab.faults().startAgent(node);
        },
        () -> {
          lab.faults().stopAgent(node);
          Shell.script(lab.machine(node), "rm -f /var/lib/weft/key").orThrow();
          lab.faults().startAgent(node);
        },
        false);
  }

  /** Through a pipe: the key is in no variable and no output of ours. */
  private static void copyKey(Lab lab, String from, String to) {
    Shell.script(
            Place.HOST,
            "%s cat /var/lib/weft/key | %s tee /var/lib/weft/key >/dev/null"
                .formatted(
                    String.join(" ", lab.machine(from).enter()),
                    String.join(" ", lab.machine(to).enter())))
        .orThrow();
  }

  /** An agent that an upgrade has left behind. */
  static InjectedFault older(Lab lab, String node) {
    return new InjectedFault(
        "an agent is of another version",
        node,
        Set.of("AgentVersionSkew DaemonSet/weft-agent"),
        () -> restart(lab.running(Map.of("agent", otherVersion(lab, node).toString())), node),
        () -> restart(lab.running(Map.of()), node),
        false);
  }

  private static void restart(Lab lab, String node) {
    lab.faults().stopAgent(node);
    lab.faults().startAgent(node);
  }

  /** The agent that runs, with another version in the manifest of its JAR. */
  private static Path otherVersion(Lab lab, String node) {
    var copy = lab.directory().root().resolve("other-agent");
    var container = lab.directory().root().resolve("containers/agent-" + node);
    try {
      if (Files.exists(copy)) {
        return copy;
      }
      var folder =
          Files.readAllLines(container).stream()
              .map(l -> l.split(" ", -1))
              .filter(w -> w.length > 2 && w[0].equals("bind") && w[2].equals("/opt/weft"))
              .map(w -> w[1])
              .findFirst()
              .orElseThrow();
      Shell.run(Place.HOST, "cp", "-r", folder, copy.toString()).orThrow();
      Files.deleteIfExists(copy.resolve("lib/weft-agent.aot"));
      try (var jars = Files.newDirectoryStream(copy.resolve("lib"), "weft-agent-*.jar")) {
        for (var jar : jars) {
          rename(jar);
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rename(Path jar) throws IOException {
    try (var files = FileSystems.newFileSystem(jar)) {
      var manifest = files.getPath("META-INF/MANIFEST.MF");
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replaceAll("Implementation-Version: .*", "Implementation-Version: 0.0.9"));
    }
  }
}
