package dev.weft.mesh.problem;

/** How much a problem matters. */
public enum Severity {
  /** Something asked for is left out. */
  ERROR,
  /** Everything asked for is there, but something may not work. */
  WARNING
}
