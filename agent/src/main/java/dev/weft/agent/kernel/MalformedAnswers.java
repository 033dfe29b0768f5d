package dev.weft.agent.kernel;

import dev.weft.agent.netlink.MalformedMessageException;
import java.io.IOException;

/** Turns an answer that can't be read into an I/O error: what the daemon retries and reports. */
final class MalformedAnswers {
  interface Reading<T> {
    T read() throws IOException;
  }

  private MalformedAnswers() {}

  static <T> T guard(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (MalformedMessageException e) {
      throw new IOException("the kernel's answer can't be read: " + e.getMessage(), e);
    }
  }
}
