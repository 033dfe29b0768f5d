package dev.weft.agent.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code 10-weft.conflist}, written when it differs, removed only if it is ours. */
public final class ConflistFile {
  /** Sorts before what others usually install. */
  public static final String NAME = "10-weft.conflist";

  /** What libcni reads. */
  private static final Pattern CONFIGURATION = Pattern.compile(".+\\.(conf|conflist|json)");

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

  /**
   * The file of others that the container runtime takes instead of Weft's: it takes the first by
   * name. Empty: Weft's is first.
   */
  public Optional<String> before() throws IOException {
    return others().stream().findFirst().filter(name -> name.compareTo(NAME) < 0);
  }

  /** Names of the configurations that others have there, in the runtime's order. */
  public List<String> others() throws IOException {
    var directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files
          .map(f -> String.valueOf(f.getFileName()))
          .filter(name -> CONFIGURATION.matcher(name).matches() && !name.equals(NAME))
          .sorted()
          .toList();
    }
  }

  /** Whether Weft has written it. */
  public boolean isThere() throws IOException {
    return isOurs(read());
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
