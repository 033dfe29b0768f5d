package dev.weft.agent.userspace;

import dev.weft.agent.nativelib.Errno;
import java.io.IOException;

/** A request that wireguard-go refused. */
public final class UapiRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  UapiRefusal(String operation, int errno) {
    super(operation + ": " + Errno.name(errno));
    this.errno = errno;
  }

  /** Positive. */
  public int errno() {
    return errno;
  }
}
