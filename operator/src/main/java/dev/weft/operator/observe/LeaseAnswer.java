package dev.weft.operator.observe;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.List;

/** What the API server answered when all Leases of agents were listed. */
public sealed interface LeaseAnswer {
  /** When the request was made, {@link System#nanoTime()}. */
  long askedAt();

  /** The Leases there are. */
  record Listed(long askedAt, List<Lease> leases) implements LeaseAnswer {
    public Listed {
      leases = List.copyOf(leases);
    }
  }

  /**
   * The API server answered, but refused (4xx): it is there, and only the watch tells of Leases.
   */
  record Refused(long askedAt) implements LeaseAnswer {}

  /** It didn't answer, or answered that it can't now (429, 5xx). */
  record Unreachable(long askedAt) implements LeaseAnswer {}
}
