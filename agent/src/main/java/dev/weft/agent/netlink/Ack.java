package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.Errno;

/**
 * The kernel's answer to a request.
 *
 * @param errno positive; 0: done
 * @param text extended ack; empty: none
 * @param offset of the attribute that was refused, from the start of the request's header; 0: none
 *     was named
 */
public record Ack(int errno, String text, int offset) {
  public static final Ack OK = new Ack(0, "", 0);

  public boolean isOk() {
    return errno == 0;
  }

  @Override
  public String toString() {
    if (isOk()) {
      return "ok";
    }
    var what = text.isEmpty() ? Errno.name(errno) : Errno.name(errno) + ": " + text;
    return offset == 0 ? what : what + " (attribute at byte " + offset + " of the request)";
  }
}
