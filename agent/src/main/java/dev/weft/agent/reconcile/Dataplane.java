package dev.weft.agent.reconcile;

import dev.weft.agent.facts.UnderlayLinks;
import dev.weft.agent.kernel.ApplyResult;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.view.AcceptedView;
import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.pathmtu.PathMtus;
import dev.weft.mesh.trial.EndpointTrials;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node's part in the mesh, made real: observe, plan, diff, apply. One thread. */
final class Dataplane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dataplane.class);
  private static final String DEFAULT_DEVICE = "weft0";

  /** All that a plan depends on; equal inputs give an equal plan. */
  private record Inputs(
      AcceptedView view, Set<PublicKey> expired, NodeFacts facts, NodeSecrets secrets) {}

  private final String nodeName;
  private final KernelAccess access;
  private final LongConsumer planTimed;
  private @Nullable Inputs plannedFrom;
  private @Nullable DesiredState planned;
  private EndpointTrials trials = EndpointTrials.NONE;
  private boolean undecided;
  private Optional<Ownership> leaving = Optional.empty();
  private Outcome last = Outcome.withoutView(List.of(), HostKernel.UNKNOWN);

  /**
   * One that has done nothing yet.
   *
   * @param planTimed told how many nanoseconds a plan took
   */
  Dataplane(String nodeName, KernelAccess access, LongConsumer planTimed) {
    this.nodeName = nodeName;
    this.access = access;
    this.planTimed = planTimed;
  }

  /**
   * One pass.
   *
   * @param egress who leaves the cluster elsewhere
   * @param tunnels what probes have found of each, by its peer
   * @param complete whether everything was told, so that what is not in the view may be removed
   */
  Outcome converge(
      Optional<AcceptedView> view,
      Map<String, IpAddress> names,
      List<Endpoint> apiServers,
      Egress egress,
      NodeSecrets secrets,
      Map<PublicKey, Tunnel> tunnels,
      boolean complete,
      long nowEpochSecond) {
    try {
      last = pass(view, names, apiServers, egress, secrets, tunnels, complete, nowEpochSecond);
    } catch (IOException e) {
      access.close(); // its sockets may be what is broken
      var why = String.valueOf(e.getMessage());
      if (!why.equals(last.trouble())) {
        LOG.warn("the kernel can't be read: {}", why);
      }
      last = last.troubled(why);
    }
    return last;
  }

  private Outcome pass(
      Optional<AcceptedView> accepted,
      Map<String, IpAddress> names,
      List<Endpoint> apiServers,
      Egress egress,
      NodeSecrets secrets,
      Map<PublicKey, Tunnel> tunnels,
      boolean complete,
      long now)
      throws IOException {
    var kernel = access.get(implementation(accepted));
    var host = HostKernel.of(kernel, kernel.firewall(firewall(accepted)));
    finishLeaving(kernel);
    var links = UnderlayLinks.of(kernel.links(), deviceName(accepted));
    if (accepted.isEmpty()) {
      return Outcome.withoutView(links, host);
    }
    var view = accepted.get();
    var expired = expired(view, now);
    var facts = new NodeFacts(nodeName, links, names, apiServers, egress.local());
    var desired = plan(new Inputs(view, expired, facts, secrets), now);
    var seen = kernel.read(desired, now);
    var step = trials.advance(desired, seen.devices(), now);
    trials = step.next();
    undecided = step.undecided();
    var wanted = narrowed(step.desired(), view, tunnels, egress.carried());
    var changes =
        egress.known()
            ? StateDiff.diff(wanted, seen)
            : Additions.keepingChosenPods(StateDiff.diff(wanted, seen), wanted);
    var allowed = complete ? changes : Additions.of(changes, expired);
    var result = apply(kernel, allowed, desired.routeProtocol());
    return new Outcome(
        links,
        host,
        List.of(wanted),
        seen.devices(),
        result.changes(),
        result.result().failures(),
        "");
  }

  /** Routes into narrow tunnels get their MTU; those to what is probed keep the device's. */
  private static DesiredState narrowed(
      DesiredState desired,
      AcceptedView view,
      Map<PublicKey, Tunnel> tunnels,
      Map<IpAddress, Integer> exits) {
    var carried = new HashMap<PublicKey, Integer>();
    tunnels.forEach((key, tunnel) -> carried.put(key, tunnel.pathMtu()));
    var probed =
        view.view().nodes().stream()
            .flatMap(n -> n.addresses().stream())
            .collect(Collectors.toSet());
    return PathMtus.apply(desired, carried, exits, probed);
  }

  /** Whether an endpoint is being called that doesn't answer, and may give way to another soon. */
  boolean isUndecided() {
    return undecided;
  }

  private DesiredState plan(Inputs inputs, long now) {
    var known = planned;
    if (known != null && inputs.equals(plannedFrom)) {
      return known;
    }
    long started = System.nanoTime();
    var fresh = DataplanePlanner.plan(inputs.view().at(now), inputs.facts(), inputs.secrets());
    planTimed.accept(System.nanoTime() - started);
    planned = fresh;
    plannedFrom = inputs;
    return fresh;
  }

  private record Applied(List<Change> changes, ApplyResult result) {}

  private static Applied apply(Kernel kernel, ChangeSet changes, int routeProtocol) {
    if (changes.isEmpty()) {
      return new Applied(List.of(), new ApplyResult(0, List.of()));
    }
    var result = kernel.apply(changes, routeProtocol);
    LOG.info("{} of {} changes made", result.applied(), changes.changes().size());
    result.failures().forEach(f -> LOG.warn("refused: {}", f));
    return new Applied(changes.changes(), result);
  }

  private static Set<PublicKey> expired(AcceptedView view, long now) {
    return view.view().peers().stream()
        .filter(p -> p.expiresAtEpochSecond() <= now)
        .map(MeshPeer::publicKey)
        .collect(Collectors.toSet());
  }

  private static WireGuardImplementation implementation(Optional<AcceptedView> view) {
    return view.map(v -> v.view().mesh().spec().device().implementation())
        .orElse(WireGuardImplementation.AUTO);
  }

  private static FirewallBackend firewall(Optional<AcceptedView> view) {
    return view.map(v -> v.view().mesh().spec().firewall()).orElse(FirewallBackend.AUTO);
  }

  private static String deviceName(Optional<AcceptedView> view) {
    return view.map(v -> v.view().mesh().spec().device().name()).orElse(DEFAULT_DEVICE);
  }

  /** Removes what is ours under these settings; the node has left its mesh. */
  void leave(WireGuardMeshSpec mesh) {
    leaving = Optional.of(MeshOwnership.of(mesh));
    planned = null;
    plannedFrom = null;
  }

  private void finishLeaving(Kernel kernel) {
    leaving.ifPresent(own -> kernel.cleanUp(own).forEach(line -> LOG.info("clean-up: {}", line)));
    leaving = Optional.empty();
  }

  @Override
  public void close() {
    access.close();
  }
}
