package dev.weft.operator.publish;

/** Stands before every write: only the operator that leads may pass. */
@FunctionalInterface
public interface Fence {
  /**
   * Returns only while this operator leads, and for long enough to write one object.
   *
   * @throws NotLeading otherwise
   */
  void pass();

  /** This operator doesn't lead any more, or can't be sure of it. */
  final class NotLeading extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a reason for the log. */
    public NotLeading(String reason) {
      super(reason);
    }
  }
}
