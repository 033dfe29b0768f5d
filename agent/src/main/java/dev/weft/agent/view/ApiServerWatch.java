package dev.weft.agent.view;

import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.snapshot.ApiServerAddresses;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where the Service {@code kubernetes} leads: the API server's own addresses and ports, as the one
 * EndpointSlice lists them that the API servers maintain. The last that were read stay, also those
 * of a checkpoint: a list without any is taken for an accident.
 */
public final class ApiServerWatch implements AutoCloseable {
  /** More are not kept, so that EndpointSlices can't fill the node with rules. */
  private static final int LIMIT = 32;

  private final KubernetesClient client;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private Optional<SharedIndexInformer<EndpointSlice>> informer = Optional.empty();
  private volatile List<Endpoint> known;

  /**
   * A watch that is not started.
   *
   * @param known endpoints of the checkpoint
   * @param changed called when they are others; must not block
   * @param failed called when a list or watch failed and will be tried again; must not block
   */
  public ApiServerWatch(
      KubernetesClient client, List<Endpoint> known, Runnable changed, Consumer<Throwable> failed) {
    this.client = client;
    this.known = List.copyOf(known);
    this.changed = changed;
    this.failed = failed;
  }

  /** Starts, or starts anew after a connection that may have died silently. */
  public synchronized void restart() {
    close();
    var fresh =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(ApiServerAddresses.NAMESPACE)
            .withField("metadata.name", ApiServerAddresses.SLICE)
            .runnableInformer(0);
    fresh.addEventHandler(new Read(fresh));
    informer = Optional.of(fresh);
    ApiWatch.begin(fresh, () -> {}, failed);
  }

  /** Addresses and ports of the API server, sorted. */
  public List<Endpoint> endpoints() {
    return known;
  }

  private void take(List<EndpointSlice> slices) {
    var now =
        slices.stream()
            .flatMap(ApiServerWatch::read)
            .distinct()
            .sorted(Comparator.comparing(Endpoint::toString))
            .limit(LIMIT)
            .toList();
    if (!now.isEmpty() && !now.equals(known)) {
      known = now;
      changed.run();
    }
  }

  /** The endpoints of a slice; what is no address is left out. */
  static Stream<Endpoint> read(EndpointSlice slice) {
    var found = new ArrayList<Endpoint>();
    var endpoints = slice.getEndpoints();
    if (endpoints == null) {
      return Stream.empty();
    }
    for (int port : ports(slice)) {
      for (var endpoint : endpoints) {
        for (var text : endpoint.getAddresses()) {
          address(text).ifPresent(a -> found.add(Endpoint.of(a, port)));
        }
      }
    }
    return found.stream();
  }

  private static List<Integer> ports(EndpointSlice slice) {
    var ports = slice.getPorts();
    return ports == null
        ? List.of()
        : ports.stream()
            .map(EndpointPort::getPort)
            .filter(p -> p != null && p > 0 && p < 65_536)
            .distinct()
            .toList();
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    informer.ifPresent(SharedIndexInformer::stop);
    informer = Optional.empty();
  }

  private final class Read implements ResourceEventHandler<EndpointSlice> {
    private final SharedIndexInformer<EndpointSlice> of;

    Read(SharedIndexInformer<EndpointSlice> of) {
      this.of = of;
    }

    @Override
    public void onAdd(EndpointSlice slice) {
      take(of.getStore().list());
    }

    @Override
    public void onUpdate(EndpointSlice before, EndpointSlice after) {
      take(of.getStore().list());
    }

    @Override
    public void onDelete(EndpointSlice slice, boolean missedTheEvent) {
      take(of.getStore().list());
    }
  }
}
