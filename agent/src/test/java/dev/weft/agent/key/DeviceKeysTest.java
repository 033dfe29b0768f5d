package dev.weft.agent.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.device.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceKeysTest {
  @TempDir Path directory;

  private Set<String> files() throws IOException {
    try (var files = Files.list(directory)) {
      return new HashSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void aMeshWithOneGatewayPerLocationHasOneKey() throws IOException {
    var keys = DeviceKeys.open(directory);
    assertEquals(Set.of(DeviceId.DEFAULT), keys.upTo(0).keySet());
    assertEquals(Set.of("key"), files());
    assertEquals(keys.first(), KeyFile.loadOrCreate(directory.resolve("key")));
  }

  @Test
  void aKeyPerLaneIsMadeOnceAndStays() throws IOException {
    var keys = DeviceKeys.open(directory);
    var three = keys.upTo(2);
    assertEquals(Set.of("key", "key-1", "key-2"), files());
    assertEquals(3, new HashSet<>(three.values()).size(), "no two devices share a key");
    for (var file : files()) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(directory.resolve(file)));
    }
    assertEquals(three, keys.upTo(0), "what was made is known while no lane needs it");
    assertEquals(three, DeviceKeys.open(directory).all());
  }

  @Test
  void anUnsoundKeyOfALaneIsAnErrorOnceItIsNeeded() throws IOException {
    DeviceKeys.open(directory).upTo(1);
    var file = directory.resolve("key-1");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    var keys = DeviceKeys.open(directory);
    assertEquals(Set.of(DeviceId.DEFAULT), keys.all().keySet());
    var refused = assertThrows(KeyFileException.class, () -> keys.upTo(1));
    assertTrue(String.valueOf(refused.getMessage()).contains("key-1"), refused::toString);
    assertFalse(String.valueOf(refused.getMessage()).contains(Files.readString(file).strip()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertEquals(2, keys.upTo(1).size(), "it is read again");
  }

  @Test
  void allKeysAreForgotten() throws IOException {
    DeviceKeys.open(directory).upTo(1);
    assertEquals(
        List.of(
            "removed the private key: the node would be known as another one",
            "removed the private key of lane 1"),
        DeviceKeys.forget(directory));
    assertEquals(Set.of(), files());
  }
}
