package dev.weft.agent.reconcile;

import dev.weft.agent.client.ApiServerAddress;
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

  /** Where the API server may be reached, by name or address. */
  static List<Endpoint> apiServers(ApiServerAddress own, Optional<AcceptedView> view) {
    var configured =
        view.map(v -> v.view().mesh().spec().apiServer()).stream()
            .map(s -> new Endpoint(s.host(), s.port()));
    return Stream.concat(Stream.of(new Endpoint(own.host(), own.port())), configured)
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
  static List<Endpoint> numeric(List<Endpoint> endpoints, Map<String, IpAddress> addresses) {
    return endpoints.stream()
        .flatMap(
            e ->
                e.address().isPresent()
                    ? Stream.of(e)
                    : Stream.ofNullable(addresses.get(e.host())).map(a -> Endpoint.of(a, e.port())))
        .distinct()
        .toList();
  }
}
