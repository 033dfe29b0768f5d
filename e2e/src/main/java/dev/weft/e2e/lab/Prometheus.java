package dev.weft.e2e.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.monitoring.AlertRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prometheus on one of the lab's nodes. It scrapes the operator, and every agent at its node's
 * internal address, other clouds' through the mesh.
 */
public final class Prometheus {
  /** Where agents tell their metrics, as the chart has it. */
  static final int AGENT_PORT = 9588;

  private static final int OPERATOR_PORT = 9587;
  private static final String NAME = "prometheus";
  private static final String ADDRESS = "127.0.0.1:9090";

  private final Place place;

  private Prometheus(Place place) {
    this.place = place;
  }

  /**
   * Starts it, where it doesn't run yet, without memory of what was before, and waits for it.
   *
   * @param node where it runs
   * @param rules whose alerts it evaluates
   * @param seconds between two scrapes, and between two evaluations
   */
  public static Prometheus start(Lab lab, String node, AlertRules rules, int seconds) {
    var directory = lab.directory();
    var folder = directory.root().resolve(NAME);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("rules.yaml"), rules.text());
      Files.writeString(folder.resolve("prometheus.yaml"), configuration(lab, folder, seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Whole, for a process records itself by what the lab has mounted, and couldn't be ended else.
    var place = directory.machine(node);
    if (directory.process(NAME).isEmpty()) {
      Shell.run(Place.HOST, "rm", "-rf", data(directory).toString()).orThrow();
      new Daemons(directory)
          .start(
              place,
              NAME,
              Map.of(),
              List.of(
                  "prometheus",
                  "--config.file=" + folder.resolve("prometheus.yaml"),
                  "--storage.tsdb.path=" + data(directory),
                  "--web.listen-address=" + ADDRESS));
    }
    var prometheus = new Prometheus(place);
    Wait.until("Prometheus", 30, prometheus::isReady);
    return prometheus;
  }

  /** Where what it has scraped is kept, until it is started once more. */
  public static Path data(LabDirectory directory) {
    return directory.root().resolve(NAME).resolve("data");
  }

  /** Ends it. */
  public static void stop(LabDirectory directory) {
    directory.process(NAME).ifPresent(RecordedProcess::kill);
  }

  private static String configuration(Lab lab, Path folder, int seconds) {
    var topology = lab.inventory().topology();
    var text =
        new StringBuilder(
            """
            global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
            rule_files: [%2$s]
            scrape_configs:
            - job_name: weft-operator
              static_configs: [{targets: ["%3$s:%4$d"]}]
            - job_name: weft-agent
              static_configs:
            """
                .formatted(
                    seconds, folder.resolve("rules.yaml"), topology.apiPrivate(), OPERATOR_PORT));
    for (var node : lab.inventory().nodes()) {
      var address = node.internalAddresses(topology).getFirst();
      text.append(
          "  - {targets: [\"%s:%d\"], labels: {node: %s}}%n"
              .formatted(
                  address.contains(":") ? "[" + address + "]" : address, AGENT_PORT, node.name()));
    }
    return text.toString();
  }

  private boolean isReady() {
    return Shell.run(place, "curl", "-sf", "http://" + ADDRESS + "/-/ready").ok();
  }

  /**
   * What an instant query finds: series with {@code metric} and {@code value}.
   *
   * @throws IllegalStateException if Prometheus refuses it
   */
  public List<JsonNode> query(String expr) {
    var answer =
        Shell.run(
                place,
                "curl",
                "-sS",
                "--get",
                "--data-urlencode",
                "query=" + expr,
                "http://" + ADDRESS + "/api/v1/query")
            .orThrow();
    try {
      var json = new ObjectMapper().readTree(answer);
      if (!json.path("status").asText().equals("success")) {
        throw new IllegalStateException(expr + ": " + json.path("error").asText());
      }
      var result = new ArrayList<JsonNode>();
      json.at("/data/result").forEach(result::add);
      return List.copyOf(result);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
