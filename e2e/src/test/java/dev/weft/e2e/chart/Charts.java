package dev.weft.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The charts of this tree, and helm without a cluster. */
final class Charts {
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  static final Path WEFT = REPOSITORY.resolve("helm/weft");
  static final Path CRDS = REPOSITORY.resolve("helm/weft-crds");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path HELM = Helm.binary(REPOSITORY);

  private Charts() {}

  /** Runs helm in the repository. */
  static Output helm(String... args) {
    var command = new ArrayList<>(List.of("env", "-C", REPOSITORY.toString(), HELM.toString()));
    command.addAll(Arrays.asList(args));
    return Shell.run(Place.HOST, command.toArray(String[]::new));
  }

  /** What {@code helm template} makes of the chart with these arguments. */
  static Output render(String... args) {
    var all = new ArrayList<>(List.of("template", "weft", "helm/weft", "-n", "weft-system"));
    all.addAll(Arrays.asList(args));
    return helm(all.toArray(String[]::new));
  }

  /** The objects of a stream of YAML documents. */
  static List<JsonNode> objects(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A YAML or JSON file. */
  static JsonNode read(Path file) {
    return objects(text(file)).getFirst();
  }

  /** Name, kind, version, displayName and description of each kind, as Artifact Hub is told. */
  static List<JsonNode> kindsForArtifactHub() {
    var annotations = read(WEFT.resolve("Chart.yaml")).path("annotations");
    var list = annotations.path("artifacthub.io/crds").asText();
    return objects(list.replaceAll("(?m)^- ", "---\n  "));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a folder with that ending, in order. */
  static List<Path> files(Path folder, String ending) {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version of the whole tree: the property {@code revision} of the root's pom. */
  static String version() {
    var matcher =
        Pattern.compile("<revision>([^<]+)</revision>")
            .matcher(text(REPOSITORY.resolve("pom.xml")));
    if (!matcher.find()) {
      throw new IllegalStateException("pom.xml has no revision");
    }
    return matcher.group(1);
  }

  /** Writes a checked-in file anew, where that was asked for. */
  static void writeIfAsked(Path file, String text) {
    if (Boolean.getBoolean("weft.golden.write")) {
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
