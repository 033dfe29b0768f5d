package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.mesh.problem.Names;
import dev.weft.mesh.snapshot.Liveness;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Decides when a gateway that drains is no longer used by any node, from what agents report.
 * Nothing else ends a drain: no time limit does, so a gateway that others still need goes on
 * working.
 */
final class LaneDrains {
  private final List<NodeDraft> drafts;
  private final Supplier<String> inForce;

  /**
   * The drains of a mesh.
   *
   * @param drafts its nodes
   * @param inForce revision of what is published of it now
   */
  LaneDrains(List<NodeDraft> drafts, Supplier<String> inForce) {
    this.drafts = drafts;
    this.inForce = inForce;
  }

  /**
   * What keeps a gateway from giving its ordinal up; empty: nothing. All agents that are heard of
   * must have applied what says that it drains, and each gateway elsewhere that has a lane to it
   * must have one to a gateway that takes over: until then it sends by the one that drains.
   *
   * @param name of the gateway
   * @param others names of the gateways of its location that stay
   */
  Optional<String> waitsFor(String name, Set<String> others) {
    var node = drafts.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    if (node.input().published().stream().noneMatch(p -> Boolean.TRUE.equals(p.draining()))) {
      return Optional.of("that it drains is being published");
    }
    var takers = drafts.stream().filter(d -> others.contains(d.name()) && isHeard(d)).toList();
    if (takers.isEmpty()) {
      return Optional.of("no other gateway of the location has an agent that renews its Lease");
    }
    var unpublished = names(takers.stream().filter(d -> LanePlanner.held(d).isEmpty()).toList());
    if (!unpublished.isEmpty()) {
      return Optional.of("these are being published as gateways: " + unpublished);
    }
    var revision = inForce.get();
    var behind =
        names(drafts.stream().filter(d -> isHeard(d) && !hasApplied(d, revision)).toList());
    if (!behind.isEmpty()) {
      return Optional.of("waits until agents have applied what is published: " + behind);
    }
    var without =
        names(
            drafts.stream()
                .filter(d -> isHeard(d) && !d.location.equals(node.location))
                .filter(d -> LanePlanner.held(d).isPresent() && reaches(d, node))
                .filter(d -> takers.stream().noneMatch(taker -> reaches(d, taker)))
                .toList());
    return without.isEmpty()
        ? Optional.empty()
        : Optional.of("waits until these reach another gateway of the location: " + without);
  }

  private static boolean isHeard(NodeDraft draft) {
    return draft.hasKey && draft.input().liveness() == Liveness.ALIVE;
  }

  private static boolean hasApplied(NodeDraft draft, String revision) {
    return draft.input().report().stream()
        .anyMatch(r -> revision.equals(Objects.requireNonNullElse(r.appliedRevision(), "")));
  }

  /** Whether a gateway says that another answers by the device that is published for it. */
  private static boolean reaches(NodeDraft from, NodeDraft to) {
    int lane = LanePlanner.held(from).orElse(0);
    var keys =
        to.input().published().stream()
            .flatMap(p -> p.device(lane).stream())
            .map(NodeDevice::publicKey)
            .collect(Collectors.toSet());
    return from.input().reaches(keys).contains(true);
  }

  private static String names(List<NodeDraft> drafts) {
    return Names.few(drafts.stream().map(NodeDraft::name).toList());
  }
}
