package dev.weft.mesh.plan;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The addresses that a Node's status lists, internal and external. */
final class NodeAddresses {
  private static final Set<String> TYPES = Set.of("InternalIP", "ExternalIP");

  private NodeAddresses() {}

  /** Those that are well-formed, as many as are read; a Node's status is its kubelet's word. */
  static List<IpAddress> of(NodeInput node) {
    return node.addresses().stream()
        .limit(Limits.READ)
        .filter(a -> TYPES.contains(String.valueOf(a.type())))
        .flatMap(a -> parsed(String.valueOf(a.address())).stream())
        .distinct()
        .toList();
  }

  private static Optional<IpAddress> parsed(String text) {
    return Stream.of(text)
        .flatMap(
            t -> {
              try {
                return Stream.of(IpAddress.parse(t));
              } catch (IllegalArgumentException e) {
                return Stream.empty();
              }
            })
        .findFirst();
  }
}
