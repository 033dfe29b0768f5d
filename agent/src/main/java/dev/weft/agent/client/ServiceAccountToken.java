package dev.weft.agent.client;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The token that kubelet projects and replaces before it expires; read again when it is older than
 * ten seconds, so that a new one is in use long before the old one ends.
 */
final class ServiceAccountToken implements OAuthTokenProvider {
  private static final long KEEP_NANOS = Duration.ofSeconds(10).toNanos();

  private final Path file;
  private String token = "";
  private long readAt;

  ServiceAccountToken(Path file) {
    this.file = file;
  }

  @Override
  public synchronized String getToken() {
    long now = System.nanoTime();
    if (token.isEmpty() || now - readAt > KEEP_NANOS) {
      try {
        token = Files.readString(file).strip();
        readAt = now;
      } catch (IOException e) {
        // The last one may still be good; if not, the API server's 401 names the trouble.
        return token;
      }
    }
    return token;
  }
}
