package dev.weft.e2e.capture;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was found in a capture.
 *
 * @param allowed packets by kind
 * @param violations the first ones, at most {@link #KEPT}
 * @param violationCount all of them
 */
public record Verdict(Map<Kind, Long> allowed, List<Violation> violations, long violationCount) {
  /** How many violations are kept with their reasons. */
  public static final int KEPT = 20;

  public Verdict {
    var copy = new EnumMap<Kind, Long>(Kind.class);
    copy.putAll(allowed);
    allowed = Collections.unmodifiableMap(copy);
    violations = List.copyOf(violations);
  }

  /** Whether nothing forbidden was seen. */
  public boolean clean() {
    return violationCount == 0;
  }

  /** How many packets of a kind there were. */
  public long count(Kind kind) {
    return allowed.getOrDefault(kind, 0L);
  }
}
