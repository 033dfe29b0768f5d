package dev.weft.mesh.plan;

/** What has to be made by chance for a Peer, and so can't be planned. */
public enum PeerNeed {
  /** A key pair: the spec has no public key. */
  KEY_PAIR,
  /** A preshared key: the spec says {@code Generate}. */
  PRESHARED_KEY
}
