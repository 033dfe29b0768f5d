package dev.weft.agent.netlink;

import java.io.IOException;

/** A request that the kernel refused: operation, errno, extended-ack text. */
public final class KernelRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public KernelRefusal(String operation, Ack ack) {
    super(operation + ": " + ack);
    this.errno = ack.errno();
  }

  /** Positive. */
  public int errno() {
    return errno;
  }
}
