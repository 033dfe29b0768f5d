package dev.weft.mesh.plan;

/** Names of the Secrets that the operator makes for a Peer. */
public final class PeerSecretNames {
  private static final String PREFIX = "weft-peer-";

  /** The longest name of a Peer that leaves room for the prefix in a name of 253 characters. */
  static final int LONGEST_PEER = 253 - PREFIX.length();

  private PeerSecretNames() {}

  /**
   * The Secret of a Peer: with its key pair and configuration in the operator's namespace, with its
   * preshared key in the agents'.
   */
  public static String of(String peer) {
    return PREFIX + peer;
  }
}
