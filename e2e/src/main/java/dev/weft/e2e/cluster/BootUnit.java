package dev.weft.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Does for {@code deploy/boot/weft-boot-filter.service} what systemd does at boot: the nodes of the
 * cluster have none. Of the unit it reads {@code ConditionPathExists} and {@code ExecStart}; paths
 * are those of the node's disk, and {@code /run} is empty.
 */
final class BootUnit {
  private static final String PLACE = "etc/systemd/system/weft-boot-filter.service";

  private BootUnit() {}

  /** Puts the unit on the disk of a node. */
  static void place(Path disk, Path unit) {
    try {
      var file = disk.resolve(PLACE);
      Files.createDirectories(file.getParent());
      Files.copy(unit, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes it. */
  static void remove(Path disk) {
    try {
      Files.deleteIfExists(disk.resolve(PLACE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the unit runs, for a shell in the node's network; empty: there is none, or not now. */
  static String commands(Path disk) {
    var file = disk.resolve(PLACE);
    if (!Files.exists(file)) {
      return "";
    }
    try {
      var unit = Files.readAllLines(file);
      boolean wanted =
          values(unit, "ConditionPathExists").stream()
              .allMatch(c -> c.startsWith("!") != exists(disk, c.replace("!", "")));
      return !wanted
          ? ""
          : values(unit, "ExecStart").stream()
              .map(command -> command.replace(" /var/", " " + disk + "/var/"))
              .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean exists(Path disk, String path) {
    return !path.startsWith("/run/") && Files.exists(disk.resolve(path.substring(1)));
  }

  private static List<String> values(List<String> unit, String key) {
    return unit.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }
}
