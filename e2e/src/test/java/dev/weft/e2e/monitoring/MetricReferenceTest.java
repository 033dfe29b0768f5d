package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.metrics.AgentCatalog;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricLabel;
import dev.weft.operator.http.OperatorCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} is what the descriptors in the code say. */
class MetricReferenceTest {
  private static final Path FILE = Catalogs.REPOSITORY.resolve("docs/metrics.md");

  @Test
  void theReferenceIsWhatTheCodeTells() throws IOException {
    var generated = text();
    if (Boolean.getBoolean("weft.metrics.write")) {
      Files.writeString(FILE, generated);
    }
    assertEquals(
        generated, Files.readString(FILE), "out of date; run with -Dweft.metrics.write=true");
  }

  private static String text() {
    return """
    # Metrics

    Made from the descriptors in the code (`AgentCatalog`, `OperatorCatalog`) by `MetricReferenceTest`; do not edit. How to scrape them, and
    what they are good for: [monitoring](monitoring.md).

    Names are those of objects: no key, no address, no secret is ever a label. An agent has at most 500 peers, 500 tunnels and
    500 lanes with series of their own (`weft_peers_omitted` counts the rest); with 4 histograms of 15 series and about 100 others that
    bounds an agent at some 5,200 series. In granularity `Location` a gateway has one tunnel for each other location and one peer for each Peer, and all others have none.

    ## Agent, one on each node

    %s
    ## Operator

    %s"""
        .formatted(table(AgentCatalog.ALL), table(OperatorCatalog.ALL));
  }

  private static String table(List<Metric> metrics) {
    var rows =
        metrics.stream()
            .map(
                m ->
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            m.name(),
                            m.type().text(),
                            m.help(),
                            m.labels().stream()
                                .map(MetricReferenceTest::label)
                                .collect(Collectors.joining("; "))))
            .collect(Collectors.joining());
    return "| metric | type | meaning | labels |\n|---|---|---|---|\n" + rows;
  }

  private static String label(MetricLabel label) {
    return "`" + label.name() + "`: " + label.values();
  }
}
