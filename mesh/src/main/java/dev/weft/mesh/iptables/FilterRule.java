package dev.weft.mesh.iptables;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A rule as wanted.
 *
 * @param matches such as {@code -i weft0 -p tcp}; empty: all
 * @param action such as {@code -j RETURN}
 */
public record FilterRule(String matches, String action) {
  /**
   * {@code weft:} and a check sum of matches and action. A rule is known again by it, for how
   * iptables prints a rule differs between its versions.
   */
  public String comment() {
    var sum = new CRC32();
    sum.update((matches + " " + action).getBytes(StandardCharsets.UTF_8));
    return "weft:%08x".formatted(sum.getValue());
  }

  /** The rule without its chain. */
  public String text() {
    var comment = "-m comment --comment " + comment() + " " + action;
    return matches.isEmpty() ? comment : matches + " " + comment;
  }
}
