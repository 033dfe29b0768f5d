package dev.weft.agent.kernel;

/** Hears that something in the kernel may have changed; the snapshot shows what. */
@FunctionalInterface
public interface KernelListener {
  /**
   * Called on the events' own thread, once per burst that arrived together, for own changes too.
   * Must not block.
   *
   * @param reason for a log line, such as {@code route} or {@code overrun}
   */
  void changed(String reason);
}
