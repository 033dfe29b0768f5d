package dev.weft.mesh.snapshot;

import dev.weft.mesh.key.PublicKey;
import java.util.List;

/**
 * What was given to a Peer before and stays its own.
 *
 * @param addresses status.addresses: mesh addresses, without prefix length, at most one per family
 * @param madeKey public key of the pair that the operator made for it; at most one
 * @param hasMadePresharedKey whether the Secret with the preshared key made for it is there
 */
public record PeerHoldings(
    List<String> addresses, List<PublicKey> madeKey, boolean hasMadePresharedKey) {
  /** Nothing yet. */
  public static final PeerHoldings NONE = new PeerHoldings(List.of(), List.of(), false);

  public PeerHoldings {
    addresses = List.copyOf(addresses);
    madeKey = List.copyOf(madeKey);
  }
}
