package dev.weft.agent.config;

/** What the program is asked to do. */
public enum Mode {
  /** Run until stopped. */
  RUN,
  /** Remove everything of Weft's from this node, and end. */
  CLEAN_UP,
  /** The same, and the private key with it. */
  FORGET,
  /** Bring the data plane up from the checkpoint, without an API server, and end. */
  RESTORE,
  /** Print the version, and end. */
  VERSION,
  /** Print the flags, and end. */
  HELP
}
