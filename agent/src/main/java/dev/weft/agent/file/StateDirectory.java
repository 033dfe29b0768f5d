package dev.weft.agent.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the node's private key and checkpoint, mode 0700, held by one agent at a time.
 */
public final class StateDirectory implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private StateDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Makes the directory where it is missing, takes others' access to it away, and waits up to 30 s
   * for an agent that is just stopping; the kernel frees a killed one's lock.
   *
   * @throws IOException with a text for the user
   */
  public static StateDirectory open(Path path) throws IOException, InterruptedException {
    var mode = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(path, PosixFilePermissions.asFileAttribute(mode));
    if (!Files.getPosixFilePermissions(path).equals(mode)) {
      Files.setPosixFilePermissions(path, mode); // kubelet makes hostPath directories as 0755
    }
    var file = path.resolve("lock");
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    @Nullable FileLock lock = channel.tryLock();
    while (lock == null && System.nanoTime() < deadline) {
      Thread.sleep(200);
      lock = channel.tryLock();
    }
    if (lock == null) {
      channel.close();
      throw new IOException(
          file
              + " is held by another agent of this node; stop it, or give this one its own"
              + " --state-dir");
    }
    return new StateDirectory(path, channel, lock);
  }

  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
