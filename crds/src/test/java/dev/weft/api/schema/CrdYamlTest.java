package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The checked-in YAML is what the types generate. */
final class CrdYamlTest {
  @Test
  void checkedInYamlEqualsGenerated() throws IOException {
    var generated = Crds.generated();
    if (Boolean.getBoolean("weft.crds.write")) {
      Files.createDirectories(Crds.DIRECTORY);
      for (var entry : generated.entrySet()) {
        Files.writeString(Crds.DIRECTORY.resolve(entry.getKey()), Crds.yaml(entry.getValue()));
      }
    }
    for (var entry : generated.entrySet()) {
      assertEquals(
          Crds.yaml(entry.getValue()),
          Files.readString(Crds.DIRECTORY.resolve(entry.getKey())),
          entry.getKey() + " is not what the types generate; run with -Dweft.crds.write=true");
    }
  }

  @Test
  void noOtherCrdIsCheckedIn() throws IOException {
    Set<String> names = new TreeSet<>();
    try (var files = Files.list(Crds.DIRECTORY)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    }
    names.remove("kustomization.yaml");
    assertEquals(Crds.generated().keySet(), names);
  }
}
