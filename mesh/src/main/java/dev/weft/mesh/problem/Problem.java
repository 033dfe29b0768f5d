package dev.weft.mesh.problem;

/**
 * What is wrong with an input, said so that its author can fix it.
 *
 * @param severity how much it matters
 * @param kind kind of the object, such as {@code Peer}
 * @param name name of the object
 * @param field path of the field, such as {@code spec.allowedIPs[1]} or {@code
 *     metadata.annotations[weft.dev/endpoint]}
 * @param reason CamelCase reason for conditions and Events
 * @param message value, cause, the other party, and the fix, in one line
 */
public record Problem(
    Severity severity, String kind, String name, String field, String reason, String message) {
  private static final int LONGEST_FIELD = 400;
  private static final int LONGEST_MESSAGE = 1_000;

  /** Cuts what is too long and takes control characters out: the message quotes its author. */
  public Problem {
    name = Quote.oneLine(name, LONGEST_FIELD);
    field = Quote.oneLine(field, LONGEST_FIELD);
    message = Quote.oneLine(message, LONGEST_MESSAGE);
  }

  /** An error: what the field asks for is left out. */
  public static Problem error(
      String kind, String name, String field, String reason, String message) {
    return new Problem(Severity.ERROR, kind, name, field, reason, message);
  }

  /** A warning. */
  public static Problem warning(
      String kind, String name, String field, String reason, String message) {
    return new Problem(Severity.WARNING, kind, name, field, reason, message);
  }

  /** {@code Peer/phone spec.allowedIPs[0]: message}. */
  @Override
  public String toString() {
    return kind + "/" + name + " " + field + ": " + message;
  }
}
