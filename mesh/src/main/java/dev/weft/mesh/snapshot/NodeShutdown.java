package dev.weft.mesh.snapshot;

/**
 * How a kubelet says that its node is being shut down: its condition Ready is False, and the
 * message has {@code node is shutting down} (nodeshutdown_manager_linux.go, since Kubernetes 1.21,
 * where shutdownGracePeriod is set). It says so before it stops the first pod.
 */
public final class NodeShutdown {
  /** What the message has. */
  public static final String MESSAGE = "node is shutting down";

  private NodeShutdown() {}

  /** Whether a condition of a Node says so. */
  public static boolean isReported(String type, String status, String message) {
    return type.equals("Ready") && status.equals("False") && message.contains(MESSAGE);
  }
}
