package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that the lab started. The start time distinguishes it from a later one that was given
 * the same number, so that no foreign process is ever ended.
 *
 * @param pid as the host sees it
 * @param startTicks field 22 of {@code /proc/PID/stat}, proc(5)
 */
public record RecordedProcess(long pid, long startTicks) {
  private static final int PATIENCE_SECONDS = 10;

  /** Reads a file that the program {@code record} wrote. */
  static Optional<RecordedProcess> read(Path file) {
    try {
      var fields = Files.readString(file).strip().split(" ", -1);
      return fields.length == 2
          ? Optional.of(new RecordedProcess(Long.parseLong(fields[0]), Long.parseLong(fields[1])))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the process still runs; a zombie doesn't. */
  public boolean alive() {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[0].equals("Z") && Long.parseLong(fields[19]) == startTicks;
    } catch (IOException e) {
      return false;
    }
  }

  /** Sends SIGKILL, if it still is that process, and waits until it is gone. */
  public void kill() {
    signal("KILL", PATIENCE_SECONDS);
  }

  /** Sends SIGTERM, if it still is that process, and waits up to 10 s until it is gone. */
  public void terminate() {
    terminate(PATIENCE_SECONDS);
  }

  /** Sends SIGTERM, if it still is that process, and waits until it is gone. */
  void terminate(int seconds) {
    signal("TERM", seconds);
  }

  /** The same to all processes of the group that it leads. */
  void killGroup() {
    signal("KILL", "-" + pid, PATIENCE_SECONDS);
  }

  /** Sends SIGSTOP, if it still is that process. */
  void suspend() {
    send("STOP");
  }

  /** Sends SIGCONT, if it still is that process. */
  void resume() {
    send("CONT");
  }

  private void send(String signal) {
    if (alive()) {
      Shell.run(Place.HOST, "kill", "-" + signal, "--", String.valueOf(pid)).orThrow();
    }
  }

  private void signal(String signal, int seconds) {
    signal(signal, String.valueOf(pid), seconds);
  }

  private void signal(String signal, String target, int seconds) {
    if (!alive()) {
      return;
    }
    Shell.run(Place.HOST, "kill", "-" + signal, "--", target);
    Wait.until("the end of process " + pid, seconds, () -> !alive());
  }

  /** Resident memory in KiB, 0 if it has ended. */
  public long residentKib() {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
