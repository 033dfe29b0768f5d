package dev.weft.mesh.snapshot;

/** What the agent's Lease says. */
public enum Liveness {
  /** Renewed in time. */
  ALIVE,
  /** Run out: the node is taken for gone as a gateway. */
  EXPIRED,
  /** No Lease was ever seen, or too many ran out at once to believe it. */
  UNKNOWN
}
