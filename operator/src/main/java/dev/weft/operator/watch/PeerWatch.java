package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.Peer;

/** Watches Peers. */
final class PeerWatch extends Watch<Peer> {
  PeerWatch(Listener<Peer> listener) {
    super(listener);
  }
}
