package dev.weft.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A file of Prometheus rules.
 *
 * @param text YAML, as {@code rule_files} takes it
 */
public record AlertRules(String text) {
  private static final Pattern WAIT = Pattern.compile("(?m)^( *for: )([0-9]+)m$");
  private static final Pattern RANGE = Pattern.compile("\\[([0-9]+)m]");

  /** One alert: its name, query, severity and texts. */
  public record Alert(
      String name,
      String expr,
      String severity,
      String summary,
      String description,
      String runbook) {}

  /** Reads a file. */
  public static AlertRules read(Path file) {
    try {
      return new AlertRules(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its alerts, in order. */
  public List<Alert> alerts() {
    var alerts = new ArrayList<Alert>();
    for (var group : tree().path("groups")) {
      for (var rule : group.path("rules")) {
        var annotations = rule.path("annotations");
        alerts.add(
            new Alert(
                rule.path("alert").asText(),
                rule.path("expr").asText(),
                rule.at("/labels/severity").asText(),
                annotations.path("summary").asText(),
                annotations.path("description").asText(),
                annotations.path("runbook_url").asText()));
      }
    }
    return List.copyOf(alerts);
  }

  private JsonNode tree() {
    try {
      return new YAMLMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same rules for people in a hurry. Nothing else is other.
   *
   * @param waits by how much every {@code for} is shorter
   * @param ranges by how much every range is shorter; it must still hold two scrapes of what is
   *     counted
   */
  public AlertRules hurried(int waits, int ranges) {
    var waiting = WAIT.matcher(text).replaceAll(m -> m.group(1) + seconds(m, 2, waits));
    return new AlertRules(
        RANGE.matcher(waiting).replaceAll(m -> "[" + seconds(m, 1, ranges) + "]"));
  }

  private static String seconds(MatchResult match, int group, int factor) {
    return Integer.parseInt(match.group(group)) * 60 / factor + "s";
  }
}
