package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured, every run of it, as lines of tab-separated fields: benchmark, side, run, wall
 * time and CPU time in µs, bytes allocated.
 */
final class Results {
  private final List<String> lines = new ArrayList<>();

  /** Keeps the runs of one side: {@code weft}, or the tool it is compared with. */
  void add(String benchmark, String side, List<Sample> samples) {
    for (int i = 0; i < samples.size(); i++) {
      var s = samples.get(i);
      lines.add(
          "%s\t%s\t%d\t%d\t%d\t%d"
              .formatted(
                  benchmark,
                  side,
                  i + 1,
                  s.wallNanos() / 1000,
                  s.cpuNanos() / 1000,
                  s.allocatedBytes()));
    }
    var median =
        samples.stream().mapToLong(Sample::wallNanos).sorted().toArray()[samples.size() / 2];
    System.out.printf("%-28s %-16s %9.2f ms%n", benchmark, side, median / 1e6);
  }

  /** Writes them below a line that says where they were measured. */
  void write(Path file, String where) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var all = new ArrayList<String>();
    all.add("# " + where);
    all.addAll(lines);
    Files.write(file, all);
  }
}
