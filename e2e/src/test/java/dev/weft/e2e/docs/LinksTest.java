package dev.weft.e2e.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the pages: each file and each heading that a page links to exists. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

  @Test
  void everyLinkLeadsToAFileAndAHeading() throws IOException {
    var broken = new ArrayList<String>();
    int links = 0;
    for (var page : pages()) {
      var found = LINK.matcher(withoutCode(page));
      while (found.find()) {
        var target = found.group(1);
        if (!target.matches("[a-z]+:.*")) {
          links++;
          check(page, target, broken);
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > 100, "links that were looked at: " + links);
  }

  private static List<Path> pages() throws IOException {
    try (var docs = Files.walk(Repository.ROOT.resolve("docs"));
        var top = Files.list(Repository.ROOT)) {
      return Stream.concat(docs, top).filter(p -> p.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static void check(Path page, String target, List<String> broken) {
    int hash = target.indexOf('#');
    var file = hash < 0 ? target : target.substring(0, hash);
    var path = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    var named = Repository.ROOT.relativize(page) + ": " + target;
    if (!Files.exists(path)) {
      broken.add(named + ": no such file");
    } else if (hash >= 0 && !anchors(path).contains(target.substring(hash + 1))) {
      broken.add(named + ": no such heading");
    }
  }

  /** Anchors as GitHub makes them of headings. */
  private static Set<String> anchors(Path page) {
    var anchors = new HashSet<String>();
    var heading = HEADING.matcher(withoutCode(page));
    while (heading.find()) {
      var text = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
      anchors.add(
          text.toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .strip()
              .replace(' ', '-'));
    }
    return anchors;
  }

  private static String withoutCode(Path page) {
    try {
      return Files.readString(page).replaceAll("(?m)^ {4}.*$", "").replaceAll("`([^`\n]*)`", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
