package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.operator.publish.Removal.Unwanted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RemovalTest {
  @Test
  void halfOfAMeshMayVanish() {
    var removal =
        Removal.of(
            List.of(new Unwanted("m", "a", false), new Unwanted("m", "b", false)), Map.of("m", 4));
    assertEquals(new Removal(List.of("a", "b"), Map.of()), removal);
  }

  @Test
  void moreThanHalfIsHeld() {
    var removal =
        Removal.of(
            List.of(new Unwanted("m", "a", false), new Unwanted("m", "b", false)), Map.of("m", 3));
    assertEquals(new Removal(List.of(), Map.of("m", Set.of("a", "b"))), removal);
  }

  @Test
  void whatWasDeletedOnPurposeGoesWhateverItsShare() {
    var removal =
        Removal.of(
            List.of(
                new Unwanted("m", "a", true),
                new Unwanted("m", "b", true),
                new Unwanted("m", "c", true)),
            Map.of("m", 3));
    assertEquals(new Removal(List.of("a", "b", "c"), Map.of()), removal);
  }

  @Test
  void aHeldMeshHoldsNoOtherAndLetsGoWhatWasDeleted() {
    var removal =
        Removal.of(
            List.of(
                new Unwanted("m", "a", false),
                new Unwanted("m", "b", false),
                new Unwanted("m", "c", true),
                new Unwanted("n", "d", false)),
            Map.of("m", 3, "n", 2));
    assertEquals(new Removal(List.of("c", "d"), Map.of("m", Set.of("a", "b"))), removal);
  }
}
