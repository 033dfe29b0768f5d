package dev.weft.agent.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginInstallerTest {
  @TempDir Path directory;

  private Path from() throws IOException {
    return Files.createDirectories(directory.resolve("from"));
  }

  private Path to() throws IOException {
    return Files.createDirectories(directory.resolve("to"));
  }

  private static void plugin(Path folder, String about) throws IOException {
    var file = folder.resolve("bridge");
    Files.writeString(file, "#!/bin/sh\necho '" + about + "' >&2\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String installed() throws IOException {
    new PluginInstaller(from(), to(), directory.resolve("record")).install();
    return Files.readString(to().resolve("bridge"));
  }

  @Test
  void missingPluginIsInstalledAndCanBeRun() throws IOException {
    plugin(from(), "CNI bridge plugin v1.9.1");
    assertTrue(installed().contains("v1.9.1"));
    assertTrue(Files.isExecutable(to().resolve("bridge")));
    try (var files = Files.list(to())) {
      assertEquals(1, files.count(), "those that are missing at the source are passed over");
    }
  }

  @Test
  void olderPluginIsReplaced() throws IOException {
    plugin(from(), "CNI bridge plugin v1.10.0");
    plugin(to(), "CNI bridge plugin v1.9.1");
    assertTrue(installed().contains("v1.10.0"));
  }

  @Test
  void newerPluginStays() throws IOException {
    plugin(from(), "CNI bridge plugin v1.1.1");
    plugin(to(), "CNI bridge plugin v1.9.1");
    assertTrue(installed().contains("v1.9.1"));
  }

  @Test
  void pluginOfUnknownAgeStays() throws IOException {
    plugin(from(), "CNI bridge plugin v1.1.1");
    plugin(to(), "CNI bridge plugin version unknown");
    assertTrue(installed().contains("unknown"));
  }

  @Test
  void whatStaysIsSaid() throws IOException {
    plugin(from(), "CNI bridge plugin v1.1.1");
    plugin(to(), "CNI bridge plugin v1.9.1");
    var notes = new PluginInstaller(from(), to(), directory.resolve("record")).install();
    assertTrue(
        notes.contains("bridge v1.9.1 was there and stays (the image has v1.1.1)"),
        notes.toString());
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("portmap is neither in")));
  }

  @Test
  void onlyWhatItInstalledAndNobodyChangedIsRemoved() throws IOException {
    plugin(from(), "CNI bridge plugin v1.10.0");
    Files.copy(from().resolve("bridge"), from().resolve("portmap"));
    Files.copy(from().resolve("bridge"), from().resolve("host-local"));
    Files.copy(from().resolve("bridge"), to().resolve("host-local")); // of a package, the same
    installed();
    Files.writeString(to().resolve("portmap"), "another's by now");
    var again = new PluginInstaller(from(), to(), directory.resolve("record"));
    assertEquals(java.util.List.of("bridge"), again.remove());
    assertTrue(Files.exists(to().resolve("portmap")) && Files.exists(to().resolve("host-local")));
    assertEquals(java.util.List.of(), again.remove());
  }
}
