package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts what keeps running: recorded, with a log, and without a terminal. */
public final class Daemons {
  /** What the process that looks after a container is recorded as, before the container's name. */
  private static final String KEEPER = "keep-";

  private static final int RECORDED_SECONDS = 10;

  private final LabDirectory directory;

  /** The daemons of a lab. */
  public Daemons(LabDirectory directory) {
    this.directory = directory;
  }

  /**
   * Starts a command in a place; it records itself under {@code name}.
   *
   * @param place one that sees the lab's mounts
   */
  public void start(Place place, String name, Map<String, String> environment, List<String> argv) {
    var record =
        new ArrayList<>(List.of(directory.program("record"), directory.root().toString(), name));
    record.addAll(argv);
    startUnrecorded(place, name, environment, record);
  }

  /** Starts a command that records the right process itself. */
  void startUnrecorded(
      Place place, String name, Map<String, String> environment, List<String> argv) {
    var logName = name.startsWith(KEEPER) ? name.substring(KEEPER.length()) : name;
    var log = directory.root().resolve("logs").resolve(logName + ".log").toString();
    var command =
        new ArrayList<>(
            List.of("bash", "-c", "log=$1; shift; setsid \"$@\" >>\"$log\" 2>&1 </dev/null &"));
    command.addAll(List.of("start", log, "env"));
    environment.forEach((key, value) -> command.add(key + "=" + value));
    command.addAll(argv);
    Shell.run(place, Shell.LIMIT, "", command).orThrow();
  }

  /**
   * Starts a container with host networking on a machine, and starts it again whenever it ends,
   * until it is stopped.
   *
   * @param entryPoint of its image
   */
  void startContainer(String machine, String name, ContainerSetup setup, List<String> entryPoint) {
    startContainer(machine, name, setup, entryPoint, List.of());
  }

  /**
   * The same by another command.
   *
   * @param before what starts it, such as {@code nice}
   */
  void startContainer(
      String machine,
      String name,
      ContainerSetup setup,
      List<String> entryPoint,
      List<String> before) {
    var command = new ArrayList<>(before);
    command.addAll(
        List.of(
            directory.program("keep"),
            directory.root().toString(),
            name,
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--propagation",
            "private",
            directory.program("container-init"),
            directory.root().toString(),
            name));
    command.addAll(setup.argv(entryPoint));
    try {
      Files.write(directory.root().resolve("containers").resolve(name), setup.lines());
      Files.write(wanted(name), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(directory.machine(machine), KEEPER + name, Map.of(), command);
    // Until it is recorded, nothing could stop it.
    Wait.until(KEEPER + name, RECORDED_SECONDS, () -> directory.process(KEEPER + name).isPresent());
  }

  /** Whether a container is looked after: it runs, or will in a moment. */
  boolean isKept(String name) {
    return Files.exists(wanted(name)) && directory.process(KEEPER + name).isPresent();
  }

  /** Kills a container with SIGKILL, with everything in it; it isn't started again. */
  void stopContainer(String name) {
    unwant(name);
    // The container may have been started a moment ago, and not be recorded yet.
    directory.process(KEEPER + name).ifPresent(RecordedProcess::killGroup);
    directory.process(name).ifPresent(RecordedProcess::kill);
  }

  /** Asks a container to end, and waits until it has; it isn't started again. */
  void terminateContainer(String name) {
    unwant(name);
    directory.process(KEEPER + name).ifPresent(RecordedProcess::kill);
    directory.process(name).ifPresent(RecordedProcess::terminate);
  }

  private void unwant(String name) {
    try {
      Files.deleteIfExists(wanted(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path wanted(String name) {
    return directory.root().resolve("wanted").resolve(name);
  }

  /** The last lines of a daemon's log, for messages. */
  public String logTail(String name) {
    var log = directory.root().resolve("logs").resolve(name + ".log").toString();
    return Shell.run(Place.HOST, "tail", "-n", "15", log).out();
  }
}
