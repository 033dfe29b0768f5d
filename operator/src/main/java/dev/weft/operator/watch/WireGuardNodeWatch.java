package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.WireGuardNode;

/** Watches published node configurations. */
final class WireGuardNodeWatch extends Watch<WireGuardNode> {
  WireGuardNodeWatch(Listener<WireGuardNode> listener) {
    super(listener);
  }
}
