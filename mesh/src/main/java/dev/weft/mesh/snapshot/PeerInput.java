package dev.weft.mesh.snapshot;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.PeerSpec;
import java.util.List;

/**
 * A Peer as read.
 *
 * @param name metadata.name
 * @param createdAt metadata.creationTimestamp, RFC 3339; empty: unknown, taken for young
 * @param spec as written by its user
 * @param effective status.effective; at most one
 * @param holdings what was given to it before
 */
public record PeerInput(
    String name,
    String createdAt,
    PeerSpec spec,
    List<EffectivePeer> effective,
    PeerHoldings holdings) {
  public PeerInput {
    effective = List.copyOf(effective);
  }

  /** A Peer that holds nothing but what is in force. */
  public PeerInput(String name, String createdAt, PeerSpec spec, List<EffectivePeer> effective) {
    this(name, createdAt, spec, effective, PeerHoldings.NONE);
  }
}
