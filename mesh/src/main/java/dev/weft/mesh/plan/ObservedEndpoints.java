package dev.weft.mesh.plan;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Where nodes with an endpoint see those behind NAT: with that, two behind NATs of their own can
 * call each other at the same time.
 */
final class ObservedEndpoints {
  /** A node behind a NAT that maps anew for every destination is seen at many. */
  private static final int MAX = 4;

  private final Map<PublicKey, Map<String, Integer>> seen = new HashMap<>();

  /** Reads what all agents have reported; what is no endpoint is passed over. */
  ObservedEndpoints(Collection<NodeInput> nodes) {
    for (var node : nodes) {
      for (var report : node.report()) {
        for (var observed : report.observedEndpoints()) {
          try {
            var endpoint = Endpoint.parse(observed.endpoint());
            if (endpoint.address().isPresent()) {
              seen.computeIfAbsent(new PublicKey(observed.publicKey()), k -> new HashMap<>())
                  .merge(endpoint.toString(), 1, Integer::sum);
            }
          } catch (IllegalArgumentException e) {
            // an agent that writes nonsense harms nobody but itself
          }
        }
      }
    }
  }

  /**
   * Where to call a key.
   *
   * @param published what is published now. It stays in front while anybody still sees it, and
   *     stays whole while nobody says anything: observers that are away are no news.
   */
  List<String> of(PublicKey key, List<String> published) {
    var counts = seen.getOrDefault(key, Map.of());
    if (counts.isEmpty()) {
      return published;
    }
    var ordered = new LinkedHashSet<>(published);
    ordered.retainAll(counts.keySet());
    var others = new ArrayList<>(counts.keySet());
    others.sort(
        Comparator.comparingInt((String e) -> -counts.getOrDefault(e, 0))
            .thenComparing(Comparator.naturalOrder()));
    ordered.addAll(others);
    return ordered.stream().limit(MAX).toList();
  }
}
