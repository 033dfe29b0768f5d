package dev.weft.agent.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code 10-weft.conflist}, written when it differs, removed only if it is ours. */
public final class ConflistFile {
  /** Sorts before what others usually install. */
  public static final String NAME = "10-weft.conflist";

  private static final Logger LOG = LoggerFactory.getLogger(ConflistFile.class);

  private final Path file;

  public ConflistFile(Path directory) {
    this.file = directory.resolve(NAME);
  }

  /** Writes it, unless it is there as wanted. */
  public void write(Conflist conflist) throws IOException {
    var text = conflist.text();
    if (!text.equals(read())) {
      var directory = file.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), AtomicFile.READABLE);
      LOG.info("CNI configuration {} written: pods from {}", file, conflist.podCIDRs());
    }
  }

  /** Removes it where Weft wrote it; returns whether there was one. */
  public boolean remove() throws IOException {
    return isOurs(read()) && Files.deleteIfExists(file);
  }

  private static boolean isOurs(String text) {
    try {
      return new ObjectMapper().readTree(text).path("name").asText("").equals(Conflist.NETWORK);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private String read() throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
