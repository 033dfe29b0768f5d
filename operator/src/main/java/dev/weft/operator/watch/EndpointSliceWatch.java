package dev.weft.operator.watch;

import dev.weft.mesh.snapshot.ApiServerAddresses;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.javaoperatorsdk.operator.api.config.informer.Field;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;

/**
 * Watches the one EndpointSlice of the Service {@code kubernetes} that the API servers maintain:
 * others with its label are whoever's.
 */
@ControllerConfiguration(
    informer =
        @Informer(fieldSelector = @Field(path = "metadata.name", value = ApiServerAddresses.SLICE)))
final class EndpointSliceWatch extends Watch<EndpointSlice> {
  EndpointSliceWatch(Listener<EndpointSlice> listener) {
    super(listener);
  }
}
