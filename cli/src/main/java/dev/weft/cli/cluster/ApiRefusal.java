package dev.weft.cli.cluster;

/** What the API server refused. */
public final class ApiRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  ApiRefusal(int code, String message) {
    super(message);
    this.code = code;
  }

  /** What the API server said, in one line. */
  public String says() {
    return String.valueOf(getMessage());
  }

  /** HTTP status. */
  public int code() {
    return code;
  }
}
