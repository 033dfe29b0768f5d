package dev.weft.agent.report;

import dev.weft.api.v1alpha1.NodeReportSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a report is due. What the operator waits for goes out at once; the rest is gathered, for
 * every write wakes the operator. Pure.
 */
public final class ReportSchedule {
  /** Nothing is to be written. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Between two writes at least, whatever has happened. */
  static final long URGENT_NANOS = Duration.ofMillis(500).toNanos();

  /** Between two writes for what merely drifts. */
  static final long RELAXED_NANOS = Duration.ofSeconds(10).toNanos();

  private ReportSchedule() {}

  /**
   * Nanoseconds to wait, or {@link #NEVER}.
   *
   * @param written the last one; null: none
   * @param sinceWritten nanoseconds since then
   */
  public static long nanosToWait(
      NodeReportSpec wanted, @Nullable NodeReportSpec written, long sinceWritten) {
    if (written == null) {
      return 0;
    }
    if (wanted.equals(written)) {
      return NEVER;
    }
    long spacing = isUrgent(wanted, written) ? URGENT_NANOS : RELAXED_NANOS;
    return Math.max(0, spacing - sinceWritten);
  }

  private static boolean isUrgent(NodeReportSpec wanted, NodeReportSpec written) {
    return !Objects.equals(wanted.appliedRevision(), written.appliedRevision())
        || !wanted.devices().equals(written.devices())
        || !Objects.equals(wanted.facts(), written.facts())
        || !statuses(wanted).equals(statuses(written))
        || !pulses(wanted).equals(pulses(written));
  }

  /** A gateway that is gone is replaced as soon as no node reaches it. */
  private static Map<String, Boolean> pulses(NodeReportSpec report) {
    var pulses = new HashMap<String, Boolean>();
    for (var peer : report.peers()) {
      if (peer.reachable() != null) {
        pulses.put(peer.publicKey(), peer.reachable());
      }
    }
    return pulses;
  }

  private static List<String> statuses(NodeReportSpec report) {
    return report.conditions().stream()
        .map(c -> c.getType() + "=" + c.getStatus() + "/" + c.getReason())
        .toList();
  }
}
