package dev.weft.agent.reconcile;

import dev.weft.agent.report.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Detects that another program keeps changing Weft's objects in the kernel. One repair may follow
 * an accident; five within ten minutes mean another tool, which the administrator must know of. One
 * thread.
 */
final class DriftDetector {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final int MANY = 5;

  private final Deque<Instant> passes = new ArrayDeque<>();
  private Finding finding = undisturbed();

  /** A pass that put something right. */
  void repaired(Instant now, String what) {
    passes.addLast(now);
    forget(now);
    if (passes.size() >= MANY && finding.good()) {
      finding =
          new Finding(
              Finding.UNDISTURBED,
              false,
              "RepairedRepeatedly",
              "somebody else keeps changing what is Weft's in the kernel, lately "
                  + what
                  + "; it is put right each time. Look for NetworkManager, systemd-networkd, another CNI or a firewall tool");
    }
  }

  /** How it stands. */
  Finding finding(Instant now) {
    forget(now);
    if (passes.isEmpty()) {
      finding = undisturbed();
    }
    return finding;
  }

  private void forget(Instant now) {
    while (!passes.isEmpty() && passes.getFirst().isBefore(now.minus(WINDOW))) {
      passes.removeFirst();
    }
  }

  private static Finding undisturbed() {
    return new Finding(Finding.UNDISTURBED, true, "Undisturbed", "");
  }
}
