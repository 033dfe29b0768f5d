package dev.weft.mesh.explain;

/**
 * A link of the chain.
 *
 * @param stage what was looked at
 * @param whole whether it holds
 * @param where node, peer or pod
 * @param text what was found, in one line
 * @param fix what fixes it; empty where it holds
 */
public record Step(Stage stage, boolean whole, String where, String text, String fix) {
  /** What is looked at, in the order of looking. */
  public enum Stage {
    TOPOLOGY,
    AGENT,
    ALLOCATION,
    CLIENT,
    EGRESS,
    RULE,
    ROUTE,
    ALLOWED_IPS,
    ENDPOINT,
    HANDSHAKE,
    MTU,
    FIREWALL,
    POLICY
  }

  static Step good(Stage stage, String where, String text) {
    return new Step(stage, true, where, text, "");
  }

  static Step broken(Stage stage, String where, String text, String fix) {
    return new Step(stage, false, where, text, fix);
  }
}
