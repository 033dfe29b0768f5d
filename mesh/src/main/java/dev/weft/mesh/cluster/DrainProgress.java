package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.problem.Names;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a node that drains can be stopped without a loss of packets that it forwards for others.
 *
 * @param isSafe whether it can
 * @param text why, or what it waits for
 */
public record DrainProgress(boolean isSafe, String text) {
  private static final Set<String> REASONS = Set.of("Draining", "NoSuccessor");

  /** What a node does for others. */
  public enum Part {
    /** It is no gateway: it forwards nothing for others. */
    NONE,
    /** It is the only gateway of its location. */
    ALONE,
    /** It is a gateway of its location beside others, or may be one of several. */
    ONE_OF_SEVERAL
  }

  /** What a node does for others, as published. */
  public static Part part(ClusterState state, String node) {
    var spec = published(state, node).filter(s -> isGateway(state, s));
    return spec.map(s -> s.ordinal() == null ? Part.ALONE : Part.ONE_OF_SEVERAL).orElse(Part.NONE);
  }

  /** Where each node is a gateway, a drain moves what Peers and exits use alone. */
  private static boolean isGateway(ClusterState state, WireGuardNodeSpec spec) {
    boolean isByLocation =
        state.snapshot().meshes().stream()
            .filter(m -> m.name().equals(spec.mesh()))
            .flatMap(m -> m.effective().stream())
            .allMatch(e -> e.granularity() == Granularity.LOCATION);
    return spec.role() == NodeRole.GATEWAY && (isByLocation || spec.peerGateway());
  }

  private static Optional<WireGuardNodeSpec> published(ClusterState state, String node) {
    return state.node(node).flatMap(n -> n.published().stream().findFirst());
  }

  /**
   * How far the drain of a node is.
   *
   * @param before what the node did before it drained
   */
  public static DrainProgress of(ClusterState state, String node, Part before) {
    var spec = published(state, node);
    if (spec.isEmpty()) {
      return new DrainProgress(true, "Node %s is in no mesh".formatted(node));
    }
    var location = spec.get().location();
    if (part(state, node) != Part.NONE) {
      return new DrainProgress(false, whyStill(state, node, location));
    }
    var behind = before == Part.ALONE ? behind(state, spec.get().mesh()) : List.<String>of();
    if (!behind.isEmpty()) {
      return new DrainProgress(
          false,
          "another node is the gateway of location %s now; waits until agents have applied it: %s"
              .formatted(location, Names.few(behind)));
    }
    return new DrainProgress(
        true, "Node %s is not a gateway of location %s".formatted(node, location));
  }

  /** As the operator plans it: its Events say the same, but only once. */
  private static String whyStill(ClusterState state, String node, String location) {
    return MeshPlanner.plan(state.snapshot()).problems().stream()
        .filter(p -> p.kind().equals("Node") && p.name().equals(node))
        .filter(p -> REASONS.contains(p.reason()))
        .map(p -> p.reason() + ": " + p.message())
        .findFirst()
        .orElse(
            "it is a gateway of location %s; waits until the operator has acted on the drain"
                .formatted(location));
  }

  /** Nodes whose agents are heard of and have not applied what is published. */
  private static List<String> behind(ClusterState state, String mesh) {
    var revision =
        state.views().stream()
            .filter(v -> v.mesh().name().equals(mesh))
            .map(v -> v.revision())
            .findFirst();
    var behind = new TreeSet<String>();
    for (var node : state.snapshot().nodes()) {
      if (isHeard(node, mesh)
          && node.report().stream()
              .noneMatch(r -> Optional.ofNullable(r.appliedRevision()).equals(revision))) {
        behind.add(node.name());
      }
    }
    return List.copyOf(behind);
  }

  private static boolean isHeard(NodeInput node, String mesh) {
    return !node.liveness().isSilent()
        && node.published().stream().anyMatch(s -> s.mesh().equals(mesh) && !s.devices().isEmpty());
  }
}
