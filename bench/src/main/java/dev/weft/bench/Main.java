package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the benchmarks in the network namespace it is started in, or makes the table of their
 * results: {@code run RESULT-FILE} or {@code table RESULT-FILE… DOCUMENT}.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    var files = List.of(arguments).subList(1, arguments.length).stream().map(Path::of).toList();
    switch (arguments[0]) {
      case "run" -> run(files.getFirst());
      case "table" -> Table.write(files.subList(0, files.size() - 1), files.getLast());
      default -> throw new IllegalArgumentException("run or table, not " + arguments[0]);
    }
  }

  private static void run(Path file) throws IOException {
    var directory = Files.createTempDirectory("weft-bench");
    var results = new Results();
    String wireGuard;
    try (var bed = Bed.make(directory)) {
      wireGuard = bed.kernel().userspace() ? "wireguard-go" : "the kernel's WireGuard";
      var kernel = new KernelBenchmarks(bed, directory, results);
      kernel.routes();
      kernel.peers();
      FirewallBenchmark.run(results, directory);
      kernel.rest();
    }
    PlannerBenchmark.run(results);
    results.write(
        file,
        "Linux %s, %s, %d processors, Java %s"
            .formatted(
                System.getProperty("os.version"),
                wireGuard,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature()));
  }
}
