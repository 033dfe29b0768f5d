package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The images, built from their Dockerfiles. {@link PreviousBuildSoak} starts them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImagesE2E {
  static final Path IMAGES = SharedLab.REPOSITORY.resolve("target/images");
  private static final Duration BUILD = Duration.ofMinutes(15);

  @BeforeAll
  static void build() {
    script("deploy/images/build").orThrow();
  }

  /** Runs one of the project's scripts, by its path in the repository. */
  static Output script(String name, String... arguments) {
    var command = new ArrayList<>(List.of(SharedLab.REPOSITORY.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return Shell.run(Place.HOST, BUILD, "", command);
  }

  @ParameterizedTest
  @CsvSource({"agent, 90", "operator, 80", "cli, 80"})
  @Order(1)
  void anImageIsNotLargerThanItMayBe(String name, int megabytes) throws IOException {
    long bytes = Files.size(IMAGES.resolve(name + ".oci.tar"));
    System.out.printf("measured: image %s %.1f MB compressed%n", name, bytes / 1e6);
    assertTrue(bytes <= megabytes * 1_000_000L, bytes + " bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent", "operator", "cli"})
  @Order(2)
  void anArchiveHasTheNameThatTheChartAsksFor(String name) throws IOException {
    var archive = IMAGES.resolve(name + ".oci.tar").toString();
    var index = Shell.run(Place.HOST, "tar", "-xOf", archive, "index.json").orThrow();
    var version = script("deploy/release/version").orThrow().strip();
    assertEquals(
        "docker.io/weft/" + name + ":" + version,
        new ObjectMapper()
            .readTree(index)
            .at("/manifests/0/annotations/io.containerd.image.name")
            .asText());
  }

  @ParameterizedTest
  @CsvSource({"agent, weft-agent", "agent, libnftables1", "operator, operator-framework"})
  @Order(2)
  void theBillOfMaterialsNamesWhatIsInIt(String image, String component) throws IOException {
    var bill = Files.readString(IMAGES.resolve(image + ".cdx.json"));
    assertTrue(bill.contains("\"name\":\"" + component + "\""), component);
  }
}
