package dev.weft.operator.observe;

import java.util.Optional;

/** Where the API server's own word on Leases comes from: a gap in a watch must not kill a node. */
public interface LeaseAnswers {
  /** Asks for a new answer, unless one is on its way or has just come; doesn't block. */
  void ask(long now);

  /** The last answer; empty: none has come yet. */
  Optional<LeaseAnswer> last();
}
