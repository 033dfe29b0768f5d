package dev.weft.agent.cni;

import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which plugins were put where there was none, with their check sums: they alone go when Weft goes.
 * One that was there before, or that somebody has replaced, is another's.
 */
final class InstalledPlugins {
  private final Path folder;
  private final Path record;

  InstalledPlugins(Path folder, Path record) {
    this.folder = folder;
    this.record = record;
  }

  /** Remembers one. */
  void add(String name, byte[] content) throws IOException {
    var all = read();
    all.put(name, sum(content));
    var text = new StringBuilder();
    all.forEach((n, sum) -> text.append(sum).append("  ").append(n).append('\n'));
    AtomicFile.write(
        record, text.toString().getBytes(StandardCharsets.UTF_8), AtomicFile.OWNER_ONLY);
  }

  /** Removes those that are as they were written, and the record; returns their names. */
  List<String> remove() throws IOException {
    var removed = new ArrayList<String>();
    for (var entry : read().entrySet()) {
      var file = folder.resolve(entry.getKey());
      if (Files.isRegularFile(file) && sum(Files.readAllBytes(file)).equals(entry.getValue())) {
        Files.delete(file);
        removed.add(entry.getKey());
      }
    }
    Files.deleteIfExists(record);
    return removed;
  }

  private Map<String, String> read() throws IOException {
    var all = new TreeMap<String, String>();
    try {
      for (var line : Files.readAllLines(record)) {
        // The record is root's own; a name with a slash in it is none that was written.
        if (line.matches("[0-9a-f]{64}  [a-z-]+")) {
          all.put(line.substring(66), line.substring(0, 64));
        }
      }
    } catch (NoSuchFileException e) {
      return all;
    }
    return all;
  }

  private static String sum(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
