package dev.weft.e2e.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/conditions.md names every type of condition that the operator and the agents write. */
class ConditionsTest {
  private static final Path PUBLISH =
      Repository.ROOT.resolve("operator/src/main/java/dev/weft/operator/publish");
  private static final Path FINDING =
      Repository.ROOT.resolve("agent/src/main/java/dev/weft/agent/report/Finding.java");
  private static final Pattern OPERATORS =
      Pattern.compile("Wanted\\.(?:yes|no|unknown)\\(\\s*\"([A-Z][A-Za-z]+)\"");
  private static final Pattern AGENTS = Pattern.compile("String [A-Z_]+ = \"([A-Z][A-Za-z]+)\";");

  @Test
  void everyTypeIsNamed() throws IOException {
    var types = found(AGENTS, Files.readString(FINDING));
    try (var files = Files.list(PUBLISH)) {
      for (var file : files.toList()) {
        types.addAll(found(OPERATORS, Files.readString(file)));
      }
    }
    assertTrue(types.size() > 12, types::toString);
    var page = Files.readString(Repository.ROOT.resolve("docs/conditions.md"));
    types.removeIf(type -> page.contains("| `" + type + "` |"));
    assertEquals(Set.of(), types);
  }

  private static Set<String> found(Pattern pattern, String text) {
    var found = new TreeSet<String>();
    var matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
