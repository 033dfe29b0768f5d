package dev.weft.agent.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** How long this process has run, as proc(5) has it; the JDK's own figure is rounded to seconds. */
public final class ProcessAge {
  /** USER_HZ, in which Linux shows times to user space on all architectures that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** Place of the start time among the fields that follow the program's name. */
  private static final int START_TIME = 19;

  private ProcessAge() {}

  /** Seconds since the process started; empty: {@code /proc} doesn't tell. */
  public static OptionalDouble seconds() {
    try {
      return of(
          Files.readString(Path.of("/proc/self/stat")), Files.readString(Path.of("/proc/uptime")));
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /**
   * The same, of these texts.
   *
   * @param stat a line as {@code PID (NAME) STATE ...}; the name may hold anything
   * @param uptime seconds since the machine's start, and those idle
   */
  static OptionalDouble of(String stat, String uptime) {
    var fields = List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
    if (fields.size() <= START_TIME) {
      return OptionalDouble.empty();
    }
    try {
      double start = Long.parseLong(fields.get(START_TIME)) / TICKS_PER_SECOND;
      double now = Double.parseDouble(uptime.split(" ", 2)[0]);
      return now < start ? OptionalDouble.empty() : OptionalDouble.of(now - start);
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
