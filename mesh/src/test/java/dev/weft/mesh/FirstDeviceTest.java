package dev.weft.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * No program takes "the first device" of a node: a node may have several, and which one is meant is
 * said by its {@code DeviceId} or its link name. ArchUnit sees calls but not whose list is asked,
 * so this reads the source.
 */
class FirstDeviceTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A list of devices that is asked for one by its place. */
  private static final Pattern BY_PLACE =
      Pattern.compile(
          "(?i)\\bdevices(?:\\(\\w*\\))?\\s*\\.\\s*(?:getFirst|getLast|get\\(\\d|iterator\\()");

  private static final Pattern STREAM =
      Pattern.compile(
          "(?i)\\bdevices(?:\\(\\w*\\)(?:\\s*\\.\\s*stream\\(\\))?|\\s*\\.\\s*stream\\(\\))");

  private static final Pattern CALL = Pattern.compile("\\s*\\.\\s*(\\w+)\\(");

  /** Calls after which the one that is taken was chosen, or is no device any more. */
  private static final Set<String> CHOOSING = Set.of("filter", "flatMap", "min", "max");

  private static List<String> found(String source) {
    var found = new ArrayList<String>();
    BY_PLACE.matcher(source).results().forEach(m -> found.add(m.group()));
    var streams = STREAM.matcher(source);
    while (streams.find()) {
      int at = streams.end();
      var call = CALL.matcher(source);
      while (call.region(at, source.length()).lookingAt() && !CHOOSING.contains(call.group(1))) {
        if (call.group(1).equals("findFirst") || call.group(1).equals("findAny")) {
          found.add(source.substring(streams.start(), call.end()));
        }
        at = closing(source, call.end());
      }
    }
    return found;
  }

  /** The place behind the parenthesis that closes the one before {@code from}. */
  private static int closing(String source, int from) {
    int depth = 1;
    int at = from;
    while (at < source.length() && depth > 0) {
      char c = source.charAt(at++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return at;
  }

  @Test
  void noMainCodeTakesTheFirstDevice() throws IOException {
    var found = new ArrayList<String>();
    int read = 0;
    try (var modules = Files.list(ROOT)) {
      for (var folder : modules.map(m -> m.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(folder)) {
          try (var files = Files.walk(folder)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
              read++;
              found(Files.readString(file))
                  .forEach(text -> found.add(ROOT.relativize(file) + ": " + text));
            }
          }
        }
      }
    }
    assertTrue(read > 500, "the sources of all modules are read: " + read);
    assertEquals(new ArrayList<String>(), found);
  }

  @Test
  void thePatternKnowsTheWaysToWriteIt() {
    for (var bad :
        List.of(
            "var d = state.devices().getFirst();",
            "n.devices()\n    .get(0).mtu()",
            "devices.getLast()",
            "seen.devices().stream().map(D::name).findFirst()",
            "devices(outcome).map(d -> d.listenPort()).findAny()")) {
      assertEquals(1, found(bad).size(), bad);
    }
    for (var good :
        List.of(
            "devices().stream().filter(d -> d.is(id)).findFirst()",
            "nodes.filter(n -> n.devices().stream().anyMatch(d -> true)).findFirst()",
            "s.devices().forEach(d -> d.peers().getFirst())",
            "n.devices().stream().flatMap(d -> d.endpoints().stream()).findFirst()")) {
      assertEquals(List.of(), found(good), good);
    }
  }
}
