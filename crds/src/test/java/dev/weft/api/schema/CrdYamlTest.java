package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The checked-in YAML, for kustomize and in the chart, is what the types generate. */
final class CrdYamlTest {
  private static final List<Path> DIRECTORIES =
      List.of(Crds.DIRECTORY, Path.of("..", "helm", "weft-crds", "files"));

  @Test
  void checkedInYamlEqualsGenerated() throws IOException {
    var generated = Crds.generated();
    for (var directory : DIRECTORIES) {
      for (var entry : generated.entrySet()) {
        var file = directory.resolve(entry.getKey());
        var yaml = Crds.yaml(entry.getValue());
        if (Boolean.getBoolean("weft.crds.write")) {
          Files.writeString(file, yaml);
        }
        assertEquals(
            yaml,
            Files.readString(file),
            file + " is not what the types generate; run with -Dweft.crds.write=true");
      }
    }
  }

  @Test
  void noOtherCrdIsCheckedIn() throws IOException {
    for (var directory : DIRECTORIES) {
      Set<String> names = new TreeSet<>();
      try (var files = Files.list(directory)) {
        files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      }
      names.remove("kustomization.yaml");
      assertEquals(Crds.generated().keySet(), names);
    }
  }
}
