package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} names every reason that an agent or the operator gives. */
class EventsReferenceTest {
  private static final Path AGENT = Catalogs.REPOSITORY.resolve("agent/src/main/java");
  private static final Path OPERATOR =
      Catalogs.REPOSITORY.resolve("operator/src/main/java/dev/weft/operator/publish");
  private static final Path PLAN =
      Catalogs.REPOSITORY.resolve("mesh/src/main/java/dev/weft/mesh/plan");

  private static final List<Pattern> OF_AGENTS =
      List.of(
          Pattern.compile("new Finding\\(\\s*Finding\\.[A-Z_]+,\\s*(?:true|false),\\s*\"(\\w+)\""),
          Pattern.compile("new Verdict\\.Hold\\(\\s*\"(\\w+)\""));

  private static final List<Pattern> OF_THE_OPERATOR =
      List.of(
          Pattern.compile("new Transition\\(\"\\w+\", \"(\\w+)\""),
          Pattern.compile("(?:HELD|SILENT) = \"(\\w+)\""),
          Pattern.compile("\"(Gateway[CW]\\w+)\""));

  /** Words in capitals there are problems' reasons, or these. */
  private static final Pattern WORD = Pattern.compile("\"([A-Z][a-zA-Z]+)\"");

  private static final Set<String> NO_REASONS =
      Set.of(
          "Node",
          "Peer",
          "WireGuardMesh",
          "InternalIP",
          "ExternalIP",
          "Service",
          "Fresh",
          "Cross",
          "Applied",
          "ViewAccepted",
          "False");

  /** What is no news, and so no Event. */
  private static final Set<String> SILENT = Set.of("Waiting", "NoView", "NoPodCIDRs");

  @Test
  void everyReasonOfAnAgentIsTold() throws IOException {
    assertTold(reasons(AGENT, OF_AGENTS), SILENT);
  }

  @Test
  void everyReasonOfTheOperatorIsTold() throws IOException {
    var reasons = reasons(OPERATOR, OF_THE_OPERATOR);
    assertEquals(
        Set.of(
            "GatewayChosen",
            "GatewayWithdrawn",
            "Held",
            "Released",
            "FailoverResumed",
            "AgentSilent",
            "AgentHeard"),
        reasons);
    assertTold(reasons, Set.of());
  }

  @Test
  void everyReasonOfAProblemIsTold() throws IOException {
    var reasons = reasons(PLAN, List.of(WORD));
    assertTrue(reasons.containsAll(NO_REASONS), reasons::toString);
    assertFalse(reasons.size() < 40, () -> "the sources no longer look as expected: " + reasons);
    assertTold(reasons, NO_REASONS);
  }

  private static void assertTold(Set<String> reasons, Set<String> but) throws IOException {
    var page = Files.readString(Catalogs.REPOSITORY.resolve("docs/events.md"));
    var missing = new TreeSet<>(reasons);
    assertFalse(missing.isEmpty(), "the sources no longer look as expected");
    missing.removeAll(but);
    missing.removeIf(reason -> page.contains("`" + reason + "`"));
    assertTrue(missing.isEmpty(), () -> "docs/events.md lacks " + missing);
  }

  private static Set<String> reasons(Path sources, List<Pattern> patterns) throws IOException {
    var reasons = new TreeSet<String>();
    try (var files = Files.walk(sources)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        var text = Files.readString(file);
        for (var pattern : patterns) {
          pattern.matcher(text).results().forEach(m -> reasons.add(m.group(1)));
        }
      }
    }
    return reasons;
  }
}
