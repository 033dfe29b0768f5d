package dev.weft.agent.reconcile;

import dev.weft.agent.kernel.ApplyFailure;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;

/**
 * What one pass found and did.
 *
 * @param links of the underlay
 * @param host what the kernel can do
 * @param desired at most one; empty: there is no view yet
 * @param seen WireGuard devices before the changes
 * @param changes asked for
 * @param failures refused ones
 * @param trouble why the kernel could not be read; empty: it was
 */
record Outcome(
    List<LinkFacts> links,
    HostKernel host,
    List<DesiredState> desired,
    List<SeenDevice> seen,
    List<Change> changes,
    List<ApplyFailure> failures,
    String trouble) {
  Outcome {
    links = List.copyOf(links);
    desired = List.copyOf(desired);
    seen = List.copyOf(seen);
    changes = List.copyOf(changes);
    failures = List.copyOf(failures);
  }

  static Outcome withoutView(List<LinkFacts> links, HostKernel host) {
    return new Outcome(links, host, List.of(), List.of(), List.of(), List.of(), "");
  }

  /** The kernel could not be read; what was known of it lives on. */
  Outcome troubled(String why) {
    return new Outcome(links, host, desired, seen, List.of(), List.of(), why);
  }

  /** Whether the kernel is as wanted. */
  boolean isClean() {
    return trouble.isEmpty() && failures.isEmpty();
  }
}
