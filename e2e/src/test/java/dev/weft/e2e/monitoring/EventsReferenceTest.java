package dev.weft.e2e.monitoring;

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

/** {@code docs/events.md} names every reason that an agent gives, and none that it doesn't. */
class EventsReferenceTest {
  private static final Path AGENT = Catalogs.REPOSITORY.resolve("agent/src/main/java");
  private static final List<Pattern> REASONS =
      List.of(
          Pattern.compile("new Finding\\(\\s*Finding\\.[A-Z_]+,\\s*(?:true|false),\\s*\"(\\w+)\""),
          Pattern.compile("new Verdict\\.Hold\\(\\s*\"(\\w+)\""));

  /** What is no news, and so no Event. */
  private static final Set<String> SILENT = Set.of("Waiting", "NoView", "NoPodCIDRs");

  @Test
  void everyReasonOfAnAgentIsTold() throws IOException {
    var page = Files.readString(Catalogs.REPOSITORY.resolve("docs/events.md"));
    var missing = reasons();
    assertFalse(missing.size() < 10, "the sources no longer look as expected: " + missing);
    missing.removeAll(SILENT);
    missing.removeIf(reason -> page.contains("`" + reason + "`"));
    assertTrue(missing.isEmpty(), () -> "docs/events.md lacks " + missing);
  }

  private static Set<String> reasons() throws IOException {
    var reasons = new TreeSet<String>();
    try (var files = Files.walk(AGENT)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        var text = Files.readString(file);
        for (var pattern : REASONS) {
          pattern.matcher(text).results().forEach(m -> reasons.add(m.group(1)));
        }
      }
    }
    return reasons;
  }
}
