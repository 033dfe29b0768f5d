package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Starts what keeps running: recorded, with a log, and without a terminal. */
final class Daemons {
  private final LabDirectory directory;

  Daemons(LabDirectory directory) {
    this.directory = directory;
  }

  /** Starts a command in a place; it records itself under {@code name}. */
  void start(Place place, String name, Map<String, String> environment, List<String> argv) {
    var record =
        new ArrayList<>(List.of(directory.program("record"), directory.root().toString(), name));
    record.addAll(argv);
    startUnrecorded(place, name, environment, record);
  }

  /** Starts a command that itself sees to it that the right process is recorded. */
  void startUnrecorded(
      Place place, String name, Map<String, String> environment, List<String> argv) {
    var log = directory.root().resolve("logs").resolve(name + ".log").toString();
    var command =
        new ArrayList<>(
            List.of("bash", "-c", "log=$1; shift; setsid \"$@\" >>\"$log\" 2>&1 </dev/null &"));
    command.addAll(List.of("start", log, "env"));
    environment.forEach((key, value) -> command.add(key + "=" + value));
    command.addAll(argv);
    Shell.run(place, Shell.LIMIT, "", command).orThrow();
  }

  /**
   * Starts a container with host networking on a machine.
   *
   * @param secrets the folder with its ServiceAccount's token
   * @param capabilities as {@code setpriv} takes them after {@code -all}: empty, or {@code
   *     ,+net_admin}
   */
  void startContainer(
      String machine,
      String name,
      String secrets,
      String capabilities,
      Map<String, String> environment,
      List<String> argv) {
    var command =
        new ArrayList<>(
            Arrays.asList(
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--propagation",
                "private",
                directory.program("container-init"),
                directory.root().toString(),
                name,
                secrets,
                capabilities));
    command.addAll(argv);
    startUnrecorded(directory.machine(machine), name, environment, command);
  }

  /** The last lines of a daemon's log, for messages. */
  String logTail(String name) {
    var log = directory.root().resolve("logs").resolve(name + ".log").toString();
    return Shell.run(Place.HOST, "tail", "-n", "15", log).out();
  }
}
