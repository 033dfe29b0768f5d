package dev.weft.api.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.schema.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The checked-in reference says what the CRDs say. */
final class ApiReferenceTest {
  private static final Path REFERENCE = Path.of("..", "docs", "api.md");

  @Test
  void theReferenceIsThatOfTheCrds() throws IOException {
    var expected = ApiReference.of(Crds.checkedIn().values());
    if (Boolean.getBoolean("weft.crds.write")) {
      Files.writeString(REFERENCE, expected);
    }
    assertEquals(
        expected,
        Files.readString(REFERENCE),
        "docs/api.md is not what the CRDs say; run with -Dweft.crds.write=true");
  }
}
