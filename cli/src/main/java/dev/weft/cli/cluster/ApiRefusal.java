package dev.weft.cli.cluster;

/** What the API server refused. */
public final class ApiRefusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_SERVER_ERROR = 500;

  private final int code;

  ApiRefusal(int code, String message) {
    super(message);
    this.code = code;
  }

  /** What the API server said, in one line. */
  public String says() {
    return String.valueOf(getMessage());
  }

  /**
   * Whether the same request may be answered later: too many requests, or a fault of the server.
   */
  boolean isTemporary() {
    return code == TOO_MANY_REQUESTS || code >= INTERNAL_SERVER_ERROR;
  }

  /** HTTP status. */
  public int code() {
    return code;
  }
}
