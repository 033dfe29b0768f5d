package dev.weft.agent.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is to be looked after.
 *
 * @param tunnels to probe
 * @param exits gateways by which pods leave the cluster, near or far
 * @param near other gateways of the own location, where it has several
 */
record Wanted(List<Target> tunnels, List<Target> exits, List<Target> near) {
  static final Wanted NOTHING = new Wanted(List.of(), List.of(), List.of());

  Wanted {
    tunnels = List.copyOf(tunnels);
    exits = List.copyOf(exits);
    near = List.copyOf(near);
  }

  /** Targets whose liveness is watched, deduplicated. */
  List<Target> watched() {
    return deduplicated(
        Stream.of(tunnels.stream().filter(Target::isWatched), near.stream(), exits.stream())
            .flatMap(s -> s));
  }

  /** Targets of path MTU probes, deduplicated; an exit may be no neighbour. */
  List<Target> probed() {
    return deduplicated(Stream.concat(tunnels.stream(), exits.stream()));
  }

  private static List<Target> deduplicated(Stream<Target> targets) {
    var some = new ArrayList<Target>();
    targets
        .filter(t -> some.stream().noneMatch(s -> s.peer().equals(t.peer())))
        .forEachOrdered(some::add);
    return some;
  }
}
