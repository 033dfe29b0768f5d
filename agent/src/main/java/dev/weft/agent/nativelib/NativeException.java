package dev.weft.agent.nativelib;

import java.io.IOException;

/** A system call that failed. */
public final class NativeException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public NativeException(String operation, int errno) {
    super(operation + ": " + Errno.name(errno));
    this.errno = errno;
  }

  /** Positive, as errno(3) has it. */
  public int errno() {
    return errno;
  }
}
