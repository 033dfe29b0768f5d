package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An image that is built twice, without any layer of a build before, is the same to the byte, but
 * for what the JVM recorded: that layer has the same files of the same owners, modes and times. Why
 * it is not the same to the byte is in {@code deploy/images/README.md}.
 */
class ReproducibleImagesSoak {
  private static final Path IMAGES = SharedLab.REPOSITORY.resolve("target/images");
  private static final Duration BUILD = Duration.ofMinutes(15);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"agent", "operator", "cli"})
  void anImageBuiltTwiceIsTheSameButForWhatTheJvmRecorded(String name) throws IOException {
    var first = built(name, "first");
    var second = built(name, "second");
    var layers = layers(first);
    assertEquals(2, layers.size(), layers::toString);
    assertEquals(layers.getFirst(), layers(second).getFirst(), "files");
    assertEquals(withoutLastLayer(config(first)), withoutLastLayer(config(second)), "config");
    assertEquals(listed(first, layers.getLast()), listed(second, layers(second).getLast()), "AOT");
  }

  /** An archive as the OCI image layout has it: blobs by digest, and an index. */
  private Path built(String name, String time) throws IOException {
    var build = SharedLab.REPOSITORY.resolve("deploy/images/build").toString();
    Shell.run(Place.HOST, BUILD, "", List.of(build, "--anew", name)).orThrow();
    var layout = Files.createDirectory(folder.resolve(time));
    var archive = IMAGES.resolve(name + "-anew.oci.tar").toString();
    Shell.run(Place.HOST, "tar", "-xf", archive, "-C", layout.toString()).orThrow();
    return layout;
  }

  private static JsonNode manifest(Path layout) throws IOException {
    var index = new ObjectMapper().readTree(layout.resolve("index.json").toFile());
    return json(layout, index.at("/manifests/0/digest").asText());
  }

  private static List<String> layers(Path layout) throws IOException {
    return manifest(layout).path("layers").valueStream().map(l -> digest(l)).toList();
  }

  private static JsonNode config(Path layout) throws IOException {
    return json(layout, digest(manifest(layout).path("config")));
  }

  /** Its history, too, says what the last layer's digest is. */
  private static JsonNode withoutLastLayer(JsonNode config) {
    ObjectNode rest = config.deepCopy();
    assertTrue(rest.remove("history").size() > 1, config::toString);
    var layers = (ArrayNode) rest.at("/rootfs/diff_ids");
    layers.remove(layers.size() - 1);
    return rest;
  }

  /** Name, owner, mode and time of each file; not the size. */
  private static List<String> listed(Path layout, String digest) {
    return Shell.run(
            Place.HOST,
            "tar",
            "--numeric-owner",
            "--full-time",
            "-tvf",
            blob(layout, digest).toString())
        .orThrow()
        .lines()
        .map(line -> line.replaceFirst("^(\\S+\\s+\\S+)\\s+\\d+\\s+", "$1 "))
        .toList();
  }

  private static String digest(JsonNode descriptor) {
    return descriptor.path("digest").asText();
  }

  private static JsonNode json(Path layout, String digest) throws IOException {
    return new ObjectMapper().readTree(blob(layout, digest).toFile());
  }

  private static Path blob(Path layout, String digest) {
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }
}
