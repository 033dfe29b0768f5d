package dev.weft.agent.reconcile;

import dev.weft.agent.view.AcceptedView;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which hosts have to be looked up, and what of it concerns the API server. Pure. */
final class Names {
  private Names() {}

  /**
   * Where the API server may be reached, by name or address.
   *
   * @param endpoints where the Service {@code kubernetes} leads
   */
  static List<Endpoint> apiServers(
      Self self, List<Endpoint> endpoints, Optional<AcceptedView> view) {
    var own = self.apiServer();
    var configured =
        view.map(v -> v.view().mesh().spec().apiServer()).stream()
            .map(s -> new Endpoint(s.host(), s.port()));
    return Stream.of(
            Stream.of(new Endpoint(own.host(), own.port())),
            self.service().stream(),
            endpoints.stream(),
            configured)
        .flatMap(s -> s)
        .distinct()
        .toList();
  }

  /** The DNS names among all endpoints. */
  static Set<String> of(List<Endpoint> apiServers, Optional<AcceptedView> view) {
    var peers =
        view.stream().flatMap(v -> v.view().peers().stream()).flatMap(p -> p.endpoints().stream());
    var nodes =
        view.stream()
            .flatMap(v -> v.view().nodes().stream())
            .flatMap(n -> n.devices().stream())
            .flatMap(d -> d.endpoints().stream());
    return Stream.of(apiServers.stream(), peers, nodes)
        .flatMap(s -> s)
        .filter(e -> e.address().isEmpty())
        .map(Endpoint::host)
        .collect(Collectors.toSet());
  }

  /** Those endpoints whose address is known, with it. */
  static List<Endpoint> numeric(List<Endpoint> endpoints, Map<String, List<IpAddress>> addresses) {
    return endpoints.stream()
        .flatMap(
            e ->
                e.address().isPresent()
                    ? Stream.of(e)
                    : addresses.getOrDefault(e.host(), List.of()).stream()
                        .map(a -> Endpoint.of(a, e.port())))
        .distinct()
        .toList();
  }
}
