package dev.weft.e2e.exec;

/**
 * What a command that has ended said.
 *
 * @param what the command, for messages
 * @param exit its exit code; 124 if it was ended because its time was over
 */
public record Output(String what, int exit, String out, String err) {
  /** Whether the exit code is 0. */
  public boolean ok() {
    return exit == 0;
  }

  /** The standard output of a command that succeeded. */
  public String orThrow() {
    if (!ok()) {
      throw new CommandFailed(this);
    }
    return out;
  }
}
