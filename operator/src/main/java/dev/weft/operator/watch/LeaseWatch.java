package dev.weft.operator.watch;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;

/** Watches the agents' Leases. */
final class LeaseWatch extends Watch<Lease> {
  LeaseWatch(Listener<Lease> listener) {
    super(listener);
  }
}
