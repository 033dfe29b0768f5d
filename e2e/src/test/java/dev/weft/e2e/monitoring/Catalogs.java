package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.metrics.AgentCatalog;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.mesh.metric.Metric;
import dev.weft.operator.http.OperatorCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What alerts and dashboards may ask for: the series of both catalogs, and Prometheus's own. */
final class Catalogs {
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern SERIES = Pattern.compile("\\b(weft|process)_[a-z_]+\\b");
  private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+) *(=~|!~|!=|=)");
  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");

  /** What the scraper adds, and what histograms have. */
  private static final Set<String> TARGET = Set.of("job", "instance", "node", "le");

  private Catalogs() {}

  static Stream<Metric> all() {
    return Stream.concat(AgentCatalog.ALL.stream(), OperatorCatalog.ALL.stream());
  }

  /** Fails where a query asks for a series or label that nobody tells. */
  static void assertTold(String where, String expr) {
    var names = all().flatMap(m -> m.seriesNames().stream()).collect(Collectors.toSet());
    SERIES
        .matcher(TEXT.matcher(expr).replaceAll("\"\""))
        .results()
        .forEach(m -> assertTrue(names.contains(m.group()), where + ": no series " + m.group()));
    SELECTOR
        .matcher(expr)
        .results()
        .filter(m -> names.contains(m.group(1)))
        .forEach(
            m -> {
              var labels = new HashSet<>(TARGET);
              all()
                  .filter(metric -> metric.seriesNames().contains(m.group(1)))
                  .forEach(metric -> metric.labels().forEach(l -> labels.add(l.name())));
              LABEL
                  .matcher(TEXT.matcher(m.group(2)).replaceAll("\"\""))
                  .results()
                  .forEach(
                      l ->
                          assertTrue(
                              labels.contains(l.group(1)),
                              where + ": " + m.group(1) + " has no label " + l.group(1)));
            });
  }

  /** Fails where Prometheus can't parse a query. */
  static void assertParsed(List<String> queries) throws IOException {
    var rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
    for (int i = 0; i < queries.size(); i++) {
      rules.append("  - record: query:%d\n    expr: |-\n      %s\n".formatted(i, queries.get(i)));
    }
    var file = Files.createTempFile("weft-queries", ".yaml");
    try {
      Files.writeString(file, rules);
      assertPromtool("check", "rules", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  static void assertPromtool(String... arguments) {
    var command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toArray(String[]::new);
    var output = Shell.run(Place.HOST, command);
    assertEquals(0, output.exit(), () -> output.out() + output.err());
  }
}
