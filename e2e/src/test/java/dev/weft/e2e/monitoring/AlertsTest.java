package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alerts that ship: each is complete, told of by a page, and proven on series made for it. */
class AlertsTest {
  private static final Path FILE = Catalogs.REPOSITORY.resolve("helm/weft/files/alerts.yaml");
  private static final Path TESTS = Path.of("src/test/alerts/alerts-test.yaml");
  private static final Path RUNBOOKS = Catalogs.REPOSITORY.resolve("docs/runbooks");
  private static final Pattern OWN_COMMAND = Pattern.compile("kubectl weft ([a-z]+)");
  private final AlertRules rules = AlertRules.read(FILE);

  @Test
  void prometheusTakesThem() {
    Catalogs.assertPromtool("check", "rules", FILE.toString());
  }

  @Test
  void eachFiresForItsCauseAndIsSilentForWhatLooksLikeIt() {
    Catalogs.assertPromtool("test", "rules", TESTS.toString());
  }

  @Test
  void eachHasATestInWhichItFiresAndOneInWhichItIsSilent() throws IOException {
    var firing = new TreeSet<String>();
    var silent = new TreeSet<String>();
    for (var test : new YAMLMapper().readTree(TESTS.toFile()).path("tests")) {
      for (var query : test.path("promql_expr_test")) {
        (query.path("exp_samples").isEmpty() ? silent : firing).add(alert(query));
      }
    }
    var names = rules.alerts().stream().map(AlertRules.Alert::name).collect(Collectors.toSet());
    assertEquals(new TreeSet<>(names), firing);
    assertEquals(new TreeSet<>(names), silent);
    assertEquals(names.size(), rules.alerts().size(), "an alert's name is used once");
  }

  private static String alert(JsonNode query) {
    return query.path("expr").asText().replaceAll(".*alertname=\"([^\"]*)\".*", "$1");
  }

  @Test
  void eachAsksForWhatIsToldAlone() {
    rules.alerts().forEach(a -> Catalogs.assertTold(a.name(), a.expr()));
  }

  @Test
  void eachHasASeverityAndTextsAndAPageThatSaysWhatToDo() throws IOException {
    for (var alert : rules.alerts()) {
      assertTrue(
          Set.of("critical", "warning", "info").contains(alert.severity()), alert.toString());
      assertFalse(alert.summary().isBlank() || alert.description().isBlank(), alert.toString());
      assertEquals("runbooks/" + alert.name() + ".md", alert.runbook());
      var page = RUNBOOKS.resolve(alert.name() + ".md");
      assertTrue(Files.exists(page), () -> page + " is missing");
      var text = Files.readString(page);
      for (var part : Set.of("# " + alert.name(), "## Meaning", "## Impact", "## Look", "## Fix")) {
        assertTrue(text.contains(part + "\n"), () -> page + " has no " + part);
      }
    }
  }

  @Test
  void everyPageIsThatOfAnAlert() throws IOException {
    var expected = new TreeSet<String>();
    rules.alerts().forEach(a -> expected.add(a.name() + ".md"));
    var there = new TreeSet<String>();
    try (var pages = Files.list(RUNBOOKS)) {
      pages.forEach(p -> there.add(String.valueOf(p.getFileName())));
    }
    there.remove("README.md");
    assertEquals(expected, there);
  }

  @Test
  void pagesUseNoCommandOfOursThatDoesNotExist() throws IOException {
    var known = Main.commandLine().getSubcommands().keySet();
    try (var pages = Files.list(RUNBOOKS)) {
      for (var page : pages.toList()) {
        OWN_COMMAND
            .matcher(Files.readString(page))
            .results()
            .forEach(m -> assertTrue(known.contains(m.group(1)), page + ": " + m.group()));
      }
    }
  }

  @Test
  void hurriedRulesDifferInTheirTimesAlone() {
    var hurried = rules.hurried(6, 3);
    assertTrue(hurried.text().contains("increase(weft_tunnel_probes_total[40s])"));
    assertTrue(hurried.text().contains("for: 10s"));
    assertFalse(hurried.text().matches("(?s).*(for: [0-9]+m|\\[[0-9]+m]).*"), hurried.text());
    assertEquals(
        rules.text().replaceAll("(for: |\\[)[0-9]+m", "$1T"),
        hurried.text().replaceAll("(for: |\\[)[0-9]+s", "$1T"));
  }
}
