package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dashboard must have, that ships; that its queries find something is EyesE2E's. */
class DashboardsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z_]+)");
  private static final Set<String> BUILT_IN = Set.of("__rate_interval", "__range");

  private static Dashboard dashboard(String name) {
    var folder = Catalogs.REPOSITORY.resolve("helm/weft/files/dashboards");
    return Dashboard.read(folder.resolve(Path.of(name + ".json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh", "node", "slo", "lanes"})
  void everyQueryParsesAndAsksForWhatIsToldAlone(String name) throws IOException {
    var queries = dashboard(name).queries();
    assertFalse(queries.isEmpty());
    queries.forEach(q -> Catalogs.assertTold(name + ", " + q.panel(), q.expr()));
    Catalogs.assertParsed(
        queries.stream()
            .map(q -> q.with(Map.of("__rate_interval", "5m", "__range", "6h")).expr())
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh", "node", "slo", "lanes"})
  void everyPanelSaysWhatItShowsAndInWhichUnitFromTheChosenDataSource(String name) {
    var titles = new HashSet<String>();
    var ids = new HashSet<Integer>();
    for (var panel : dashboard(name).json().path("panels")) {
      var title = panel.path("title").asText();
      assertTrue(titles.add(title) && !title.isBlank(), title);
      assertTrue(ids.add(panel.path("id").asInt()), title);
      assertTrue(panel.path("description").asText().endsWith("."), title);
      assertFalse(panel.at("/fieldConfig/defaults/unit").asText().isBlank(), title);
      assertEquals("${datasource}", panel.at("/datasource/uid").asText(), title);
      for (var target : panel.path("targets")) {
        assertEquals("${datasource}", target.at("/datasource/uid").asText(), title);
      }
      var place = panel.path("gridPos");
      assertTrue(place.path("x").asInt() + place.path("w").asInt() <= 24, title);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh", "node", "slo", "lanes"})
  void everyVariableIsDeclaredAndUsed(String name) {
    var dashboard = dashboard(name);
    assertEquals("weft-" + name, dashboard.json().path("uid").asText());
    var declared = new HashSet<String>();
    for (var variable : dashboard.json().at("/templating/list")) {
      declared.add(variable.path("name").asText());
      Catalogs.assertTold(name, variable.path("query").asText());
    }
    var used = new HashSet<>(Set.of("datasource"));
    dashboard.queries().forEach(q -> used.addAll(variables(q.expr())));
    used.removeAll(BUILT_IN);
    assertEquals(used, declared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh", "node", "slo", "lanes"})
  void panelsDoNotOverlap(String name) {
    var places = new HashSet<String>();
    for (var panel : dashboard(name).json().path("panels")) {
      cells(panel.path("gridPos"))
          .forEach(cell -> assertTrue(places.add(cell), panel.path("title") + " at " + cell));
    }
  }

  private static java.util.stream.Stream<String> cells(JsonNode place) {
    var cells = new HashSet<String>();
    for (int x = 0; x < place.path("w").asInt(); x++) {
      for (int y = 0; y < place.path("h").asInt(); y++) {
        cells.add((place.path("x").asInt() + x) + "," + (place.path("y").asInt() + y));
      }
    }
    return StreamSupport.stream(cells.spliterator(), false);
  }

  private static Set<String> variables(String expr) {
    var names = new HashSet<String>();
    VARIABLE.matcher(expr).results().forEach(m -> names.add(m.group(1)));
    return names;
  }
}
