package dev.weft.agent.checkpoint;

import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint's file, mode 0600. One thread at a time. */
public final class CheckpointFile {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);

  private final Path file;
  private byte[] written = {};
  private long savedAtEpochSecond;

  public CheckpointFile(Path file) {
    this.file = file;
  }

  /** What was saved last; an unsound file is logged and passed over. */
  public Checkpoint load(String nodeName) {
    try {
      var bytes = Files.readAllBytes(file);
      var checkpoint = CheckpointText.read(bytes, nodeName);
      written = bytes;
      savedAtEpochSecond = Files.getLastModifiedTime(file).toInstant().getEpochSecond();
      return checkpoint;
    } catch (NoSuchFileException e) {
      return Checkpoint.empty(nodeName);
    } catch (IOException e) {
      LOG.warn(
          "checkpoint {} {}; it is passed over, and written anew once the API server has listed the"
              + " mesh",
          file,
          e.getMessage());
      return Checkpoint.empty(nodeName);
    }
  }

  /** Saves it if it differs from what is saved. */
  public void save(Checkpoint checkpoint, long nowEpochSecond) throws IOException {
    var bytes = CheckpointText.write(checkpoint);
    if (!Arrays.equals(bytes, written)) {
      AtomicFile.write(file, bytes, AtomicFile.OWNER_ONLY);
      written = bytes;
      savedAtEpochSecond = nowEpochSecond;
    }
  }

  /** Removes it; the node is in no mesh and will be in none. */
  public void remove() throws IOException {
    Files.deleteIfExists(file);
    written = new byte[0];
    savedAtEpochSecond = 0;
  }

  /** When it last changed; 0: there is none. */
  public long savedAtEpochSecond() {
    return savedAtEpochSecond;
  }
}
