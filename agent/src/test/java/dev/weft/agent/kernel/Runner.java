package dev.weft.agent.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What starts wireguard-go for request files and ends it when they go, as the installed one does.
 */
public final class Runner implements AutoCloseable {
  private final Path requests;
  private final Map<String, Process> running = new HashMap<>();
  private final Thread thread = new Thread(this::watch, "test-runner");
  private volatile boolean closed;

  public Runner(Path requests) {
    this.requests = requests;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (!closed) {
        step();
        Thread.sleep(20);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void step() throws IOException {
    if (Files.isDirectory(requests)) {
      try (var files = Files.list(requests)) {
        for (var name : files.map(f -> f.getFileName().toString()).toList()) {
          var process = running.get(name);
          if (process == null || !process.isAlive()) {
            running.put(name, start(name));
          }
        }
      }
    }
    running
        .entrySet()
        .removeIf(
            e -> {
              boolean gone = !Files.exists(requests.resolve(e.getKey()));
              if (gone) {
                e.getValue().destroy();
              }
              return gone;
            });
  }

  private static Process start(String name) throws IOException {
    var builder = new ProcessBuilder("wireguard-go", "-f", name);
    builder.environment().put("WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD", "1");
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  /** Kills the process of a device, as an accident would. */
  public synchronized void kill(String name) {
    var process = running.get(name);
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
      running.values().forEach(Process::destroy);
      for (var process : running.values()) {
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
