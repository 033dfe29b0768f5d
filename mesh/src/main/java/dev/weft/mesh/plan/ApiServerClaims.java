package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Addresses of the API server, which no Peer, location CIDR or pod CIDR may cover: the agents that
 * would have to hear of its removal could no longer hear anything.
 */
final class ApiServerClaims {
  private static final String REASON = "OverlapsApiServer";
  private static final String NODE = "endpoint on a node";

  private ApiServerClaims() {}

  /** The endpoints of the Service {@code kubernetes}, and spec.apiServer. */
  static List<Prefix> of(WireGuardMeshSpec mesh, List<IpAddress> endpoints) {
    return Stream.concat(endpoints.stream(), configured(mesh).stream())
        .distinct()
        .sorted()
        .map(Prefix::host)
        .toList();
  }

  private static Optional<IpAddress> configured(WireGuardMeshSpec mesh) {
    var server = mesh.apiServer();
    try {
      return server == null ? Optional.empty() : Optional.of(IpAddress.parse(server.host()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name
    }
  }

  /** The claim of an address; a node of the mesh may have it, too. */
  static Claim claim(Prefix address, List<NodeInput> nodes) {
    boolean onNode =
        nodes.stream()
            .flatMap(n -> n.addresses().stream())
            .anyMatch(a -> a.address().equals(address.address().toString()));
    return new Claim("Service", "kubernetes", onNode ? NODE : "endpoint", REASON);
  }

  static boolean is(Claim claim) {
    return claim.reason().equals(REASON);
  }

  /** A node's address has a longer route than any location CIDR around it. */
  static boolean isOnNode(Claim claim) {
    return is(claim) && claim.what().equals(NODE);
  }
}
