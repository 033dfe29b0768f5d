package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Medians and ratios of result files, put between two marks of a document. */
final class Table {
  private static final String BEGIN = "<!-- bench: made by `make bench` -->";
  private static final String END = "<!-- bench: end -->";

  /** What is asked of each: at most so many times the tool's time, or so many ms of CPU. */
  private static final Map<String, String> MARKS =
      Map.of(
          "10,000 routes", "≤ 0.5",
          "1,000 peers from nothing", "≤ 1.2",
          "one of 1,000 peers changed", "≤ 0.2",
          "NAT for 4,000 prefixes", "≤ 1",
          "1,000 nodes, nothing to do", "≤ 20 ms CPU",
          "plan of 5,000 nodes", "≤ 50 ms");

  private Table() {}

  private record Median(double wallMillis, double cpuMillis, double mebibytes) {}

  static void write(List<Path> files, Path document) throws IOException {
    var text = new StringBuilder(BEGIN).append('\n');
    for (var file : files) {
      text.append('\n').append(table(Files.readAllLines(file)));
    }
    var before = Files.readString(document);
    int from = before.indexOf(BEGIN);
    int to = before.indexOf(END);
    if (from < 0 || to < from) {
      throw new IOException(document + " has not the lines " + BEGIN + " and " + END);
    }
    Files.writeString(document, before.substring(0, from) + text + before.substring(to));
  }

  private static String table(List<String> lines) {
    var text = new StringBuilder();
    Map<String, Map<String, List<long[]>>> runs = new LinkedHashMap<>();
    for (var line : lines) {
      if (line.startsWith("# ")) {
        text.append(line.substring(2)).append("; medians of 11 runs:\n\n");
        continue;
      }
      var f = line.split("\t", -1);
      runs.computeIfAbsent(f[0], b -> new LinkedHashMap<>())
          .computeIfAbsent(f[1], s -> new ArrayList<>())
          .add(new long[] {Long.parseLong(f[3]), Long.parseLong(f[4]), Long.parseLong(f[5])});
    }
    text.append("| what | Weft | CPU | allocated | the tool | ratio | mark |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    runs.forEach((benchmark, sides) -> text.append(row(benchmark, sides)));
    return text.toString();
  }

  private static String row(String benchmark, Map<String, List<long[]>> sides) {
    var ours = median(sides.getOrDefault("weft", List.of()));
    var tool = "–";
    var ratio = "–";
    for (var side : sides.entrySet()) {
      if (!side.getKey().equals("weft")) {
        var theirs = median(side.getValue());
        tool = "`%s` %.1f ms".formatted(side.getKey(), theirs.wallMillis());
        ratio = "%.2f".formatted(ours.wallMillis() / theirs.wallMillis());
      }
    }
    return "| %s | %.1f ms | %.1f ms | %.1f MiB | %s | %s | %s |\n"
        .formatted(
            benchmark,
            ours.wallMillis(),
            ours.cpuMillis(),
            ours.mebibytes(),
            tool,
            ratio,
            MARKS.getOrDefault(benchmark, ""));
  }

  private static Median median(List<long[]> runs) {
    return new Median(
        middle(runs, 0) / 1e3, middle(runs, 1) / 1e3, middle(runs, 2) / (double) (1 << 20));
  }

  private static long middle(List<long[]> runs, int field) {
    return runs.stream().mapToLong(r -> r[field]).sorted().toArray()[runs.size() / 2];
  }
}
