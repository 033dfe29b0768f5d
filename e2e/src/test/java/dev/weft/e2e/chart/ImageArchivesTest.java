package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names in archives of images, by which nodes import them. */
final class ImageArchivesTest {
  private static final String IMAGE = "docker.io/weft/agent:1.2.3";

  @TempDir private Path folder;

  @Test
  void theImageHasItsFullNameForContainerdAndForOthers() throws IOException {
    var archive = archive("[{\"digest\":\"sha256:00\",\"annotations\":{\"kept\":\"yes\"}}]");
    name(archive, IMAGE).orThrow();
    name(archive, IMAGE).orThrow(); // again, after a build that changed nothing
    var index =
        new ObjectMapper()
            .readTree(
                Shell.run(Place.HOST, "tar", "-xOf", archive.toString(), "index.json").orThrow());
    var annotations = index.at("/manifests/0/annotations");
    assertEquals(IMAGE, annotations.path("io.containerd.image.name").asText());
    assertEquals(IMAGE, annotations.path("org.opencontainers.image.ref.name").asText());
    assertEquals("yes", annotations.path("kept").asText());
    assertEquals(
        "index.json\noci-layout\n",
        Shell.script(Place.HOST, "tar -tf '%s' | sort".formatted(archive)).orThrow());
  }

  @Test
  void aNameWithoutRegistryOrTagIsRefused() throws IOException {
    var archive = archive("[{}]");
    for (var name : new String[] {"weft/agent", "docker.io/weft/agent", "agent:1"}) {
      assertEquals(2, name(archive, name).exit(), name);
    }
  }

  private Path archive(String manifests) throws IOException {
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":" + manifests + "}");
    var archive = folder.resolve("a.tar");
    Shell.run(
            Place.HOST,
            "tar",
            "-C",
            folder.toString(),
            "-cf",
            archive.toString(),
            "oci-layout",
            "index.json")
        .orThrow();
    return archive;
  }

  private static Output name(Path archive, String name) {
    return Shell.run(
        Place.HOST,
        Charts.REPOSITORY.resolve("deploy/images/name-archive").toString(),
        archive.toString(),
        name);
  }
}
