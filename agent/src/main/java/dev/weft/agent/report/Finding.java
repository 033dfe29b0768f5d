package dev.weft.agent.report;

import dev.weft.api.v1alpha1.NodeReportSpec;
import java.util.List;

/**
 * A condition without its time.
 *
 * @param type such as {@code Applied}
 * @param good positive polarity: true is well
 * @param reason CamelCase
 * @param message one line; may be empty where all is well
 */
public record Finding(String type, boolean good, String reason, String message) {
  /** Whether the kernel is as the view wants it. */
  public static final String APPLIED = "Applied";

  /** Whether all of the view could be planned. */
  public static final String PLANNED = "Planned";

  /** Whether the host is set up as Weft needs it. */
  public static final String PREFLIGHT = "Preflight";

  /** Whether what the API server holds is acted on. */
  public static final String VIEW_ACCEPTED = "ViewAccepted";

  /** Whether pods can be attached. */
  public static final String CNI = "CNI";

  /** Whether all findings that decide on it are good. */
  public static final String READY = "Ready";

  /** Whether nothing of Weft's is left on the node; only said once the last mesh is gone. */
  public static final String CLEAN = "Clean";

  /** Whether every tunnel carries what its device does. */
  public static final String PATH_MTU = "PathMTU";

  /** Whether what is Weft's in the kernel is left alone by others. */
  public static final String UNDISTURBED = "Undisturbed";

  /** Whether every background thread comes round. */
  public static final String RUNNING = "Running";

  /** Reasons of the first moments, in which not everything can be well. */
  private static final List<String> BEGINNINGS = List.of("Waiting", "NoView", "NoPodCIDRs");

  private static final int MAX_MESSAGE = 1024;

  public Finding {
    message =
        message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 1) + "…" : message;
  }

  /** What a node's findings together say of it, as far as its agent knows. */
  static Finding ready(List<Finding> findings) {
    return findings.stream()
        .filter(f -> !f.good() && NodeReportSpec.DECISIVE.contains(f.type()))
        .findFirst()
        .map(f -> new Finding(READY, false, f.reason(), f.type() + ": " + f.message()))
        .orElse(new Finding(READY, true, READY, ""));
  }

  /** Whether every healthy start comes by here, so that neither Event nor warning is due. */
  public boolean beginning() {
    return !good && BEGINNINGS.contains(reason);
  }
}
