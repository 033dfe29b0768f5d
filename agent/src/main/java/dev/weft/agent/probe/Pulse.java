package dev.weft.agent.probe;

/** Whether the node at the other end of a tunnel is there, whatever became of its agent. */
public enum Pulse {
  /** Not looked after, or not known yet. */
  UNKNOWN,
  /** Its agent answered, or its kernel said that no agent listens: packets get there and back. */
  ANSWERED,
  /** Neither did, several times in a row. */
  SILENT
}
