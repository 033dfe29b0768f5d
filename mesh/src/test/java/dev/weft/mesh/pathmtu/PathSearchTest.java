package dev.weft.mesh.pathmtu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PathSearchTest {
  private static final int FULL = 1420;
  private static final int FLOOR = 576;
  private static final long START = 1_000_000;

  private PathSearch search = PathSearch.of(FULL, FLOOR, START);

  @Test
  void aSoundPathIsProbedWithWhatItCarriesAndNothingChanges() {
    run(100, size -> size <= FULL);
    assertEquals(FULL, search.passes());
    assertFalse(search.isUrgent());
  }

  @Property
  void aBlackHoleIsFoundToWithinEightBytesInAtMostFiftyProbes(
      @ForAll @IntRange(min = FLOOR, max = FULL - 1) int carries) {
    search = PathSearch.of(FULL, FLOOR, START);
    int taken = 0;
    do {
      run(1, size -> size <= carries);
      taken++;
    } while (search.isUrgent());
    assertTrue(search.passes() <= carries && carries - search.passes() < 8, search::toString);
    assertTrue(taken <= 50, "probes: " + taken);
  }

  @Test
  void whileItIsSearchedOnlyWhatIsKnownToPassIsUsed() {
    run(7, size -> size <= 1000);
    assertEquals(FLOOR, search.passes(), "the floor passed, the full size did not");
  }

  @Test
  void aBadMomentForAllSizesIsNoBlackHole() {
    run(3, size -> false);
    run(1, size -> true);
    assertEquals(FULL, search.next(START), "the full size once more");
    run(1, size -> true);
    assertEquals(FULL, search.passes());
    assertFalse(search.isUrgent());
  }

  @Test
  void aPathThatRecoversDuringTheSearchIsWholeAgainAtItsEnd() {
    run(7, size -> size <= 1000);
    run(60, size -> true);
    assertEquals(FULL, search.passes());
  }

  @Test
  void aPathThatIsDownKeepsItsMtu() {
    run(50, size -> false);
    assertEquals(FULL, search.passes());
    run(1, size -> true);
    run(1, size -> true);
    assertEquals(FULL, search.passes());
  }

  @Test
  void aSingleLossIsEveryday() {
    for (int i = 0; i < 50; i++) {
      run(1, size -> false);
      run(1, size -> true);
      run(1, size -> true);
    }
    assertEquals(FULL, search.passes());
  }

  @Test
  void aPathThatCarriesMoreAgainIsFoundAfterFiveMinutes() {
    run(60, size -> size <= 1300);
    assertTrue(search.passes() <= 1300);
    int before = search.passes();
    assertEquals(before, search.next(START + 299));
    assertEquals(FULL, search.next(START + 300));
    var stillNarrow = search;
    for (int i = 0; i < 3; i++) {
      stillNarrow = stillNarrow.unanswered(START + 300);
    }
    assertEquals(before, stillNarrow.passes());
    assertEquals(before, stillNarrow.next(START + 301));
    assertEquals(FULL, search.answered(START + 300).passes());
  }

  @Test
  void aPathThatNarrowsFurtherIsSearchedAnew() {
    run(60, size -> size <= 1300);
    run(60, size -> size <= 900);
    assertTrue(search.passes() <= 900 && search.passes() > 892, search::toString);
  }

  private void run(int times, IntPredicate passes) {
    for (int i = 0; i < times; i++) {
      search = passes.test(search.next(START)) ? search.answered(START) : search.unanswered(START);
    }
  }
}
