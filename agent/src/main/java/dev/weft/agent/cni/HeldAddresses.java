package dev.weft.agent.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The addresses that host-local has given out: a file each, named by the address, beside {@code
 * lock} and {@code last_reserved_ip.N}.
 *
 * @param folder of the network; where it isn't there, nothing is held
 */
public record HeldAddresses(Path folder) {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f]*(:[0-9a-f]*){2,7}");

  /** Their files. */
  List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> ADDRESS.matcher(f.getFileName().toString()).matches()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
