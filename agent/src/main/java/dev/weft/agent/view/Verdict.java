package dev.weft.agent.view;

/** What to do with what the API server holds. */
public sealed interface Verdict {
  /** Act on it. */
  record Accept(PublishedMesh published) implements Verdict {}

  /**
   * Go on with what was accepted last: the new state may be accidental.
   *
   * @param reason CamelCase
   * @param message one line: what is missing, and how to go on
   */
  record Hold(String reason, String message) implements Verdict {}

  /**
   * The node has left its mesh for certain: remove what is ours.
   *
   * @param message why that is certain
   */
  record Leave(String message) implements Verdict {}

  /**
   * Nothing to act on yet; what was accepted last stays.
   *
   * @param message what is being waited for
   */
  record Wait(String message) implements Verdict {}
}
