package dev.weft.mesh.snapshot;

/** What the agent's Lease says. */
public enum Liveness {
  /** Renewed in time. */
  ALIVE,
  /** Run out, but other nodes reach this one inside their tunnels: it forwards without an agent. */
  AGENT_SILENT,
  /** Run out: the node is taken for gone as a gateway. */
  EXPIRED,
  /** Run out, but so did others of one cause: as a gateway the node keeps its role meanwhile. */
  FROZEN,
  /** No Lease was ever seen, or the API server can't be asked. */
  UNKNOWN;

  /** Whether its agent is not heard of, so that what it said last may no longer be so. */
  public boolean isSilent() {
    return this == AGENT_SILENT || this == EXPIRED;
  }
}
