package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Argo CD and Flux ask: whether an object that is in Git and was applied is any different from
 * what the API server keeps. {@code kubectl diff} fails if it is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriftIT {
  private static final String KIND = "apiVersion: weft.dev/";
  private ApiServer server;
  private final Path folder;

  DriftIT(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A manifest of the docs or the samples. */
  record Manifest(String where, String yaml) {
    @Override
    public String toString() {
      return where;
    }
  }

  static List<Manifest> manifests() throws IOException {
    var all = new ArrayList<Manifest>();
    var root = ApiServer.repository();
    for (var page : files(root.resolve("docs"), name -> name.endsWith(".md"))) {
      var blocks = indentedBlocks(Files.readString(page));
      for (int i = 0; i < blocks.size(); i++) {
        all.add(new Manifest(root.relativize(page) + " block " + (i + 1), blocks.get(i)));
      }
    }
    for (var sample : files(root.resolve("deploy/samples"), name -> name.endsWith(".yaml"))) {
      all.add(new Manifest(root.relativize(sample).toString(), Files.readString(sample)));
    }
    return all;
  }

  private static List<Path> files(Path folder, Predicate<String> named) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> named.test(file.getFileName().toString())).sorted().toList();
    }
  }

  /** Blocks of Markdown that begin with a manifest of Weft's. */
  private static List<String> indentedBlocks(String markdown) {
    return Stream.of(markdown.split("\n(?! {4}|\n)", -1))
        .map(part -> part.substring(Math.max(0, part.indexOf("\n    ") + 1)))
        .filter(block -> block.startsWith("    " + KIND))
        .map(block -> block.lines().map(DriftIT::dedented).collect(Collectors.joining("\n")))
        .toList();
  }

  private static String dedented(String line) {
    return line.startsWith("    ") ? line.substring(4) : "";
  }

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void appliedManifestDoesNotDrift(Manifest manifest) throws IOException, InterruptedException {
    var file = Files.writeString(folder.resolve("manifest.yaml"), manifest.yaml()).toString();
    for (var way : List.of("--server-side=true", "--server-side=false")) {
      server.kubectl("apply", way, "-f", file);
      assertEquals("", server.kubectl("diff", way, "-f", file), way);
      server.kubectl("delete", "-f", file);
    }
  }

  @Test
  void manifestsOfDocsAndSamplesAreFound() throws IOException {
    var found = manifests().stream().map(Manifest::where).toList();
    for (var expected : List.of("docs/guides/gitops.md", "docs/egress.md", "deploy/samples/")) {
      assertTrue(found.stream().anyMatch(where -> where.startsWith(expected)), expected);
    }
  }
}
