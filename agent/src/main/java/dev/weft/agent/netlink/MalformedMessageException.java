package dev.weft.agent.netlink;

/** Bytes that are not the message they should be. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  public MalformedMessageException(int offset, String reason) {
    super("at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  /** From the start of the datagram. */
  public int offset() {
    return offset;
  }
}
