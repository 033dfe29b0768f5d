package dev.weft.agent.reconcile;

import dev.weft.agent.boot.BootGuard;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ApiState;
import dev.weft.mesh.desired.BootFilter;
import dev.weft.mesh.desired.DesiredState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a pass leaves for the node's next boot. One thread. */
final class NextBoot {
  /** Some networks of pods give the host's ends of veth pairs addresses: such links come and go. */
  private static final int MOST_LINKS = 64;

  private final BootGuard boot;
  private final String nodeName;
  private final Set<String> links = new TreeSet<>();
  private String revision = "";
  private @Nullable DesiredState desired;
  private BootFilter filter = BootFilter.NONE;

  NextBoot(BootGuard boot, String nodeName) {
    this.boot = boot;
    this.nodeName = nodeName;
  }

  /**
   * Keeps the packet filter of the next boot, and ends that of this one. A node that the API server
   * counts to a mesh, but whose view is not known yet, keeps both.
   */
  void guard(Optional<AcceptedView> view, Outcome outcome, ApiState state) {
    if (view.isEmpty() && state.synced() && !isMember(state)) {
      boot.withdraw();
    }
    for (var wanted : outcome.desired()) {
      view.ifPresent(v -> boot.programmed(filter(v, wanted), outcome.isClean()));
    }
  }

  private boolean isMember(ApiState state) {
    var own = state.nodes().get(nodeName);
    return own != null && state.meshes().containsKey(own.mesh());
  }

  /** Made anew only where view or plan differ: most passes change neither. */
  private BootFilter filter(AcceptedView view, DesiredState wanted) {
    if (!view.revision().equals(revision) || !wanted.equals(desired)) {
      var now = BootFilter.of(view.view(), nodeName, wanted);
      filter = now.equals(BootFilter.NONE) ? now : now.on(linksSoFar(now.outside()));
      revision = view.revision();
      desired = wanted;
    }
    return filter;
  }

  /** A link that is down now, as while the node shuts down, is up after the boot. */
  private Collection<String> linksSoFar(List<String> now) {
    links.addAll(now);
    if (links.size() > MOST_LINKS) {
      links.retainAll(now);
    }
    return links;
  }
}
