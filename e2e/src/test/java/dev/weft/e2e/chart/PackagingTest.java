package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made from the charts, and what has to say the same as they. */
final class PackagingTest {

  @ParameterizedTest
  @ValueSource(strings = {"weft", "weft-crds"})
  void chartsHaveTheTreesVersion(String chart) {
    var metadata =
        Charts.read(Charts.REPOSITORY.resolve("helm").resolve(chart).resolve("Chart.yaml"));
    assertEquals(Charts.version(), metadata.path("version").asText());
    assertEquals(Charts.version(), metadata.path("appVersion").asText());
  }

  /** One place has it; what else shows it reads it from there. */
  @Test
  void noSourceHasTheVersionWrittenIntoIt() {
    var found =
        Shell.run(
            Place.HOST,
            "grep",
            "-rlF",
            "--include=*.java",
            "--exclude-dir=target",
            Charts.version(),
            Charts.REPOSITORY.toString());
    assertEquals("", found.out());
  }

  @Test
  void manifestsForThoseWithoutHelmAreWhatTheChartRenders(@TempDir Path made) {
    var deploy = Charts.REPOSITORY.resolve("deploy");
    Shell.run(Place.HOST, deploy.resolve("render").toString(), made.toString()).orThrow();
    for (var file : new String[] {"install.yaml", "base/weft.yaml"}) {
      assertEquals(
          Charts.text(made.resolve(file)),
          Charts.text(deploy.resolve(file)),
          () -> file + " isn't what the charts say: run deploy/render");
    }
  }

  @Test
  void artifactHubIsToldEveryKind() {
    var told = new TreeSet<String>();
    for (var crd : Charts.kindsForArtifactHub()) {
      told.add(
          crd.path("name").asText()
              + " "
              + crd.path("kind").asText()
              + " "
              + crd.path("version").asText());
    }
    var kinds = new TreeSet<String>();
    for (var file : Charts.files(Charts.CRDS.resolve("files"), ".yaml")) {
      var crd = Charts.read(file);
      kinds.add(
          "%s %s %s"
              .formatted(
                  crd.at("/metadata/name").asText(),
                  crd.at("/spec/names/kind").asText(),
                  crd.at("/spec/versions/0/name").asText()));
    }
    assertEquals(kinds, told);
  }

  @Test
  void krewHasTheTreesVersion() {
    var manifest = Charts.read(Charts.REPOSITORY.resolve("deploy/krew/weft.yaml"));
    assertEquals("v" + Charts.version(), manifest.at("/spec/version").asText());
    var platform = manifest.at("/spec/platforms/0");
    assertEquals(
        "WEFT_RELEASES/download/v%1$s/kubectl-weft-%1$s.tar.gz".formatted(Charts.version()),
        platform.path("uri").asText());
    assertTrue(
        Files.isExecutable(
            Charts.REPOSITORY.resolve("cli").resolve(platform.path("bin").asText())));
  }
}
