package dev.weft.agent.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Runs the tools whose view of the kernel ours is compared with. */
public final class Shell {
  private Shell() {}

  /** The output of a command that must succeed. */
  public static String run(String command) {
    try {
      var process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new AssertionError(command + " ended with " + status + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode json(String command) {
    try {
      return new ObjectMapper().readTree(run(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
