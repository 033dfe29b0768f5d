package dev.weft.mesh.plan;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Where nodes with an endpoint see those behind NAT: with that, two behind NATs of their own can
 * call each other at the same time.
 *
 * <p>Any agent can report anything, so an observer has one vote for each key, and endpoints are
 * ranked by votes: what two observers agree on stands before what one alone claims, however often
 * and however long.
 */
final class ObservedEndpoints {
  /** A node behind a NAT that maps anew for every destination is seen at many. */
  private static final int MAX = 4;

  /** Observations of one report that are read. */
  private static final int MOST_OF_ONE = 1_024;

  private final Map<PublicKey, Map<String, Integer>> seen = new HashMap<>();

  /** Reads what the agent of a node reports; what is no endpoint is passed over. */
  void add(NodeInput observer) {
    var voted = new HashSet<PublicKey>();
    for (var report : observer.report()) {
      for (var observed : report.observedEndpoints().stream().limit(MOST_OF_ONE).toList()) {
        try {
          var endpoint = Endpoint.parse(observed.endpoint());
          var key = new PublicKey(observed.publicKey());
          boolean usable =
              endpoint.address().filter(a -> SpecialRanges.reserved(a).isEmpty()).isPresent();
          if (usable && voted.add(key)) {
            seen.computeIfAbsent(key, k -> new HashMap<>())
                .merge(endpoint.toString(), 1, Integer::sum);
          }
        } catch (IllegalArgumentException e) {
          // an agent that writes nonsense harms only itself
        }
      }
    }
  }

  /**
   * Where to call a key: by votes, then as published, then by text.
   *
   * @param published what is published now. It keeps its order among equals, and stays whole while
   *     no agent reports anything: observers that are away are no news.
   */
  List<String> of(PublicKey key, List<String> published) {
    var votes = seen.getOrDefault(key, Map.of());
    if (votes.isEmpty()) {
      return published.stream().limit(MAX).toList();
    }
    var ordered = new ArrayList<>(votes.keySet());
    ordered.sort(
        Comparator.comparingInt((String e) -> -votes.getOrDefault(e, 0))
            .thenComparingInt(e -> rank(published, e))
            .thenComparing(Comparator.naturalOrder()));
    return ordered.stream().limit(MAX).toList();
  }

  private static int rank(List<String> published, String endpoint) {
    int at = published.indexOf(endpoint);
    return at < 0 ? Integer.MAX_VALUE : at;
  }
}
