package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.Errno;

/**
 * The kernel's answer to a request.
 *
 * @param errno positive; 0: done
 * @param text extended ack; empty: none
 */
public record Ack(int errno, String text) {
  public static final Ack OK = new Ack(0, "");

  public boolean isOk() {
    return errno == 0;
  }

  @Override
  public String toString() {
    return isOk() ? "ok" : text.isEmpty() ? Errno.name(errno) : Errno.name(errno) + ": " + text;
  }
}
