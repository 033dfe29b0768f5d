package dev.weft.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.cli.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Notifies when objects of one kind change. It looks at their metadata alone, and after every gap
 * it rings once, for it is not known what was missed.
 */
public final class Watch implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final int GRACE_SECONDS = 15;
  private static final long PAUSE_MILLIS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<Api> connect;
  private final String path;
  private final Runnable bell;
  private final Thread thread;
  // A connection that a NAT has forgotten says nothing for ever.
  private final ScheduledExecutorService alarm =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private volatile boolean closed;

  private Watch(Supplier<Api> connect, String path, Runnable bell) {
    this.connect = connect;
    this.path = path;
    this.bell = bell;
    this.thread = Thread.ofVirtual().unstarted(this::run);
  }

  /**
   * Starts watching.
   *
   * @param connect makes a connection of its own
   * @param path of the kind
   * @param bell is rung at the start, at every change, and after every gap
   */
  public static Watch of(Supplier<Api> connect, String path, Runnable bell) {
    var watch = new Watch(connect, path, bell);
    watch.thread.start();
    return watch;
  }

  private void run() {
    while (!closed) {
      try (var api = connect.get()) {
        var version = api.names(path + "?limit=1").at("/metadata/resourceVersion").asText();
        bell.run();
        while (!closed && !version.isEmpty()) {
          version = watch(api, version);
        }
      } catch (ApiRefusal | IOException | InputException e) {
        // It is tried again; who reads the objects finds out why, and says so.
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      bell.run();
    }
  }

  /** The version to go on with; empty: it is too old. */
  private String watch(Api api, String from) throws ApiRefusal, IOException {
    var timeout = alarm.schedule(api::close, SECONDS + GRACE_SECONDS, TimeUnit.SECONDS);
    var version = from;
    try (var stream =
            api.stream(
                "%s?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=%s"
                    .formatted(path, SECONDS, from));
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JSON.readTree(line);
        switch (event.path("type").asText()) {
          case "ERROR" -> {
            return "";
          }
          case "BOOKMARK" -> version = version(event, version);
          default -> {
            version = version(event, version);
            bell.run();
          }
        }
      }
    } finally {
      timeout.cancel(false);
    }
    return version;
  }

  private static String version(JsonNode event, String before) {
    var version = event.at("/object/metadata/resourceVersion").asText();
    return version.isEmpty() ? before : version;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    alarm.shutdownNow();
  }
}
