package dev.weft.operator.watch;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;

/** Watches the endpoints of the Service {@code kubernetes}. */
final class EndpointSliceWatch extends Watch<EndpointSlice> {
  EndpointSliceWatch(Listener<EndpointSlice> listener) {
    super(listener);
  }
}
