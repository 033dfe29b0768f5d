package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weft.e2e.cluster.UpstreamSuite.Result;
import java.util.Map;
import java.util.TreeSet;

/**
 * Upstream specs that fail for a reason that is not Weft's.
 *
 * @param reasons by the spec's whole name
 */
record ExpectedFailures(Map<String, String> reasons) {
  ExpectedFailures {
    reasons = Map.copyOf(reasons);
  }

  /** Fails if another spec failed, or one of these passed or was not run at all. */
  void assertAsExpected(Result result, String what) {
    System.out.printf(
        "measured: upstream %s: %d passed, %d failed%n",
        what, result.passed().size(), result.failed().size());
    result
        .failed()
        .forEach(
            name ->
                System.out.printf(
                    "measured: failed: %s: %s%n",
                    name, reasons.getOrDefault(name, "not expected")));
    assertNotEquals(0, result.passed().size(), () -> "nothing has passed; see " + result.log());
    assertEquals(
        new TreeSet<>(reasons.keySet()),
        new TreeSet<>(result.failed()),
        () -> "expected to fail, and failed; see " + result.log());
  }
}
