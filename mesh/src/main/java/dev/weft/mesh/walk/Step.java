package dev.weft.mesh.walk;

/** What one node does with a packet. */
sealed interface Step {
  /**
   * It hands it on.
   *
   * @param link by which it comes in there
   */
  record To(WalkNode next, String link) implements Step {}

  /** It goes out into the node's network. */
  record Out() implements Step {}

  /**
   * It is lost.
   *
   * @param at where
   */
  record Refused(String at, String why) implements Step {}
}
