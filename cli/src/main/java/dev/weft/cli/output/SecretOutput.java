package dev.weft.cli.output;

import dev.weft.cli.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Where secrets may go: to a terminal, or into a file that its owner alone may read. */
public final class SecretOutput {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final String file;
  private final PrintWriter out;

  /**
   * An output.
   *
   * @param file to write; empty: standard output
   */
  public SecretOutput(String file, PrintWriter out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Refuses before anything is done where a secret could not be put.
   *
   * @throws InputException naming the fix
   */
  public void check() {
    if (file.isEmpty()) {
      if (!Terminal.isThere() && !isPrivateFile()) {
        throw new InputException(
            "standard output is no terminal, and what is asked for holds a private key; write it with --write FILE (mode 0600)");
      }
      return;
    }
    try {
      var path = Path.of(file).toAbsolutePath();
      if (Files.isDirectory(path)) {
        throw new InputException(file + " is a folder; name a file");
      }
      if (!Files.isWritable(path.getParent())) {
        throw new InputException(file + " can't be written; name a file in a folder of yours");
      }
    } catch (InvalidPathException e) {
      throw new InputException("'" + file + "' is not a file name");
    }
  }

  /** Standard output led into a file of mode 0600, by a shell with umask 077. */
  private static boolean isPrivateFile() {
    try {
      var target = Path.of("/proc/self/fd/1").toRealPath();
      return Files.isRegularFile(target)
          && OWNER_ONLY.containsAll(Files.getPosixFilePermissions(target));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Writes. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes, such as a picture; to a file whole or not at all. */
  public void write(byte[] bytes) {
    if (file.isEmpty()) {
      out.print(new String(bytes, StandardCharsets.UTF_8));
      out.flush();
      return;
    }
    try {
      var target = Path.of(file).toAbsolutePath();
      var temporary =
          Files.createTempFile(
              target.getParent(), ".weft", "", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      Files.write(temporary, bytes);
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InputException(
          "%s can't be written (%s); name another file"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
