package dev.weft.e2e.docs;

import java.nio.file.Path;

/** Where the pages and the sources are that they speak of. */
final class Repository {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private Repository() {}
}
