package dev.weft.e2e;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A link of a path that a fault breaks, as {@code explain} has to name it.
 *
 * @param fault what breaks it
 * @param from one end
 * @param to the other
 * @param stage of the first step that is broken
 * @param where node, peer or pod of that step
 * @param fix what its fix says, among other things
 */
record BrokenLink(
    InjectedFault fault, String from, String to, String stage, String where, String fix) {
  String name() {
    return fault.name();
  }

  String seenOn() {
    return fault.seenOn();
  }

  /** Whether a step is that one. */
  boolean isIn(JsonNode step) {
    return step.path("stage").asText().equals(stage)
        && step.path("where").asText().equals(where)
        && step.path("fix").asText().contains(fix);
  }

  @Override
  public String toString() {
    return "%s: from %s to %s, %s at %s".formatted(fault.name(), from, to, stage, where);
  }
}
