package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.mesh.net.Endpoint;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The DNS names in the endpoints of Nodes and Peers, read by the planner's own parser. What is no
 * endpoint has no name; the planner reports it. Pure.
 */
final class EndpointNames {
  private static final List<String> ANNOTATIONS =
      List.of("weft.dev/endpoint", "kilo.squat.ai/force-endpoint", "kilo.squat.ai/endpoint");

  private EndpointNames() {}

  static Set<String> of(Collection<Node> nodes, Collection<Peer> peers) {
    var names = new TreeSet<String>();
    for (var node : nodes) {
      var annotations = node.getMetadata().getAnnotations();
      if (annotations != null) {
        for (var key : ANNOTATIONS) {
          var text = annotations.get(key);
          if (text != null) {
            name(() -> Endpoint.parse(text.strip())).ifPresent(names::add);
          }
        }
      }
    }
    for (var peer : peers) {
      var endpoint = peer.getSpec() == null ? null : peer.getSpec().endpoint();
      if (endpoint != null && endpoint.host() != null && endpoint.port() != null) {
        name(() -> new Endpoint(endpoint.host(), endpoint.port())).ifPresent(names::add);
      }
    }
    return names;
  }

  /** The DNS names among what meshes call their API server. */
  static Set<String> ofApiServers(Collection<WireGuardMesh> meshes) {
    var names = new TreeSet<String>();
    for (var mesh : meshes) {
      var server = mesh.getSpec() == null ? null : mesh.getSpec().apiServer();
      if (server != null && server.host() != null && server.port() != null) {
        name(() -> new Endpoint(server.host(), server.port())).ifPresent(names::add);
      }
    }
    return names;
  }

  private static Optional<String> name(Supplier<Endpoint> endpoint) {
    try {
      var parsed = endpoint.get();
      return parsed.address().isPresent() ? Optional.empty() : Optional.of(parsed.host());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
