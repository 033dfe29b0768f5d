package dev.weft.e2e.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A page that names a test as its proof names one that exists. */
class NamedTestsTest {
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z]\\w+(?:Test|IT|E2E|Soak))(?:\\.(\\w+))?`");

  private static Stream<Path> files(Path folder, String suffix) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(suffix) && !f.toString().contains("/target/"))
          .toList()
          .stream();
    }
  }

  private static Map<String, String> tests() throws IOException {
    var folders = new ArrayList<Path>();
    try (var modules = Files.list(Repository.ROOT)) {
      modules.map(m -> m.resolve("src/test/java")).filter(Files::isDirectory).forEach(folders::add);
    }
    var tests = new ArrayList<Path>();
    for (var folder : folders) {
      files(folder, ".java").forEach(tests::add);
    }
    return tests.stream()
        .collect(
            Collectors.toMap(
                f -> f.getFileName().toString().replace(".java", ""),
                NamedTestsTest::text,
                (a, b) -> a + b));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everyTestThatAPageNamesExists() throws IOException {
    var tests = tests();
    var wrong = new ArrayList<String>();
    int named = 0;
    for (var page : files(Repository.ROOT.resolve("docs"), ".md").toList()) {
      var matcher = NAMED.matcher(text(page));
      while (matcher.find()) {
        named++;
        var source = tests.get(matcher.group(1));
        var method = matcher.group(2);
        if (source == null || (method != null && !source.contains(" " + method + "("))) {
          wrong.add(Repository.ROOT.relativize(page) + ": " + matcher.group());
        }
      }
    }
    assertNotEquals(0, named);
    assertEquals(List.of(), wrong);
  }
}
