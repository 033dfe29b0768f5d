package dev.weft.e2e.monitoring;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What a Prometheus once scraped from a lab while ProvokedAlertsSoak broke it: every agent, the
 * operator, and the alerts that fired. OpenMetrics, compressed. It is made anew, when metrics have
 * changed, by running ProvokedAlertsSoak with {@code -Dweft.metrics.record=true}; see {@code
 * docs/monitoring.md}.
 *
 * @param text OpenMetrics with a time at every sample
 * @param first time of the oldest sample
 * @param last time of the newest
 */
public record Recording(String text, Instant first, Instant last) {
  private static final Path FILE = Path.of("src/test/metrics/lab.openmetrics.gz");

  /** A line of {@code promtool tsdb dump}: labels in braces, value, milliseconds. */
  private static final Pattern SAMPLE =
      Pattern.compile("\\{__name__=\"([^\"]+)\"(?:, )?(.*)} (\\S+) (\\d+)");

  /** Enough for rates over half a minute. */
  private static final long MILLIS_BETWEEN = 10_000;

  /** The one that is kept with the sources. */
  public static Recording read() {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FILE))) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var first = Instant.MAX;
      var last = Instant.MIN;
      for (var line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
        var seconds = line.substring(line.lastIndexOf(' ') + 1);
        var at = Instant.ofEpochMilli(Math.round(Double.parseDouble(seconds) * 1000));
        first = at.isBefore(first) ? at : first;
        last = at.isAfter(last) ? at : last;
      }
      return new Recording(text, first, last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replaces it by what a Prometheus has, one sample of a series every ten seconds.
   *
   * @param data its folder; it doesn't run any more
   */
  public static void write(Path data) {
    var dump = Shell.run(Place.HOST, "promtool", "tsdb", "dump", data.toString()).orThrow();
    try {
      Files.createDirectories(FILE.getParent());
      try (var out =
          new OutputStreamWriter(
              new GZIPOutputStream(Files.newOutputStream(FILE)), StandardCharsets.UTF_8)) {
        for (var line : openMetrics(dump)) {
          out.write(line + "\n");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> openMetrics(String dump) {
    var lines = new ArrayList<String>();
    Map<String, Long> latest = new HashMap<>();
    for (var line : dump.lines().toList()) {
      var sample = SAMPLE.matcher(line);
      if (!sample.matches() || sample.group(1).startsWith("scrape_")) {
        continue;
      }
      var series = sample.group(1) + "{" + sample.group(2).replace("\", ", "\",") + "}";
      long millis = Long.parseLong(sample.group(4));
      // NaN marks the end of a series.
      if (!sample.group(3).equals("NaN")
          && millis - latest.getOrDefault(series, 0L) >= MILLIS_BETWEEN) {
        latest.put(series, millis);
        lines.add("%s %s %d.%03d".formatted(series, sample.group(3), millis / 1000, millis % 1000));
      }
    }
    lines.add("# EOF");
    return lines;
  }
}
