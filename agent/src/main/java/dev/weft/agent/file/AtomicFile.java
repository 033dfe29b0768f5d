package dev.weft.agent.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file so that readers, and the machine after a power cut, find the old content or the new
 * one: a temporary file in the same directory, fsync, rename, fsync of the directory.
 */
public final class AtomicFile {
  /** For secrets. */
  public static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** For what everybody may read. */
  public static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  /** For programs. */
  public static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFile() {}

  /** Writes or replaces a file. */
  public static void write(Path file, byte[] content, Set<PosixFilePermission> mode)
      throws IOException {
    var temporary = writeTemporary(file, content, mode);
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(file);
  }

  /**
   * Writes a file that must not exist yet; of several that try at once one succeeds.
   *
   * @return false if it exists already, untouched
   */
  public static boolean create(Path file, byte[] content, Set<PosixFilePermission> mode)
      throws IOException {
    var temporary = writeTemporary(file, content, mode);
    try {
      // link(2) fails where the name is taken; rename(2) would replace another's file.
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(file);
    return true;
  }

  private static Path writeTemporary(Path file, byte[] content, Set<PosixFilePermission> mode)
      throws IOException {
    var name = "." + file.getFileName() + "." + ProcessHandle.current().pid();
    var temporary = file.resolveSibling(name + "." + COUNTER.incrementAndGet() + ".tmp");
    var options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try (var channel =
        FileChannel.open(temporary, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      // Whatever the umask or a leftover of that name says.
      Files.setPosixFilePermissions(temporary, mode);
      var bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      return temporary;
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private static void syncDirectory(Path file) throws IOException {
    var directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
