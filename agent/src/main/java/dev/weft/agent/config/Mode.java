package dev.weft.agent.config;

/** What the program is asked to do. */
public enum Mode {
  /** Run until told to stop. */
  RUN,
  /** Remove everything of Weft's from this node, and end. */
  CLEAN_UP,
  /** Print the version, and end. */
  VERSION,
  /** Print the flags, and end. */
  HELP
}
