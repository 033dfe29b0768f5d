package dev.weft.e2e.exec;

/** A command ended with another exit code than 0. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailed(Output output) {
    super(
        "%s: exit code %d%n%s"
            .formatted(output.what(), output.exit(), (output.err() + output.out()).strip()));
  }
}
