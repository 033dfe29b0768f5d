package dev.weft.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Texts that come with this package. */
final class Resources {
  private Resources() {}

  /** A file of {@code /cluster}. */
  static String text(String name) {
    try (var in = Resources.class.getResourceAsStream("/cluster/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
