package dev.weft.agent.reconcile;

import dev.weft.agent.cni.Conflist;
import dev.weft.agent.facts.Neighbours;
import dev.weft.agent.facts.UnderlayLinks;
import dev.weft.agent.kernel.ApplyFailure;
import dev.weft.agent.kernel.ApplyResult;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.metrics.LaneFigures;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.view.AcceptedView;
import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.diff.ForeignDevice;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.pathmtu.PathMtus;
import dev.weft.mesh.trial.EndpointTrials;
import dev.weft.mesh.trial.LearntEndpoints;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
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
import java.util.stream.Stream;
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
  private Optional<String> bridgeRefused = Optional.empty();
  private Neighbours neighbours = Neighbours.NONE;
  private final PastGateways pastGateways = new PastGateways();
  private LearntEndpoints learnt;
  private LearntEndpoints learntOfNodes;
  private final NodeLanes lanes;
  private LaneFigures laneFigures = LaneFigures.NONE;
  private Optional<Ownership> leaving = Optional.empty();
  private List<String> kept = List.of();
  private Outcome last = Outcome.withoutView(List.of(), HostKernel.UNKNOWN);

  /**
   * One that has done nothing yet.
   *
   * @param planTimed takes how many nanoseconds a plan took
   * @param failedOver takes how many nanoseconds it took to leave a gateway that fell silent
   * @param learnt where nodes without a configured endpoint called from, as the checkpoint has it
   */
  Dataplane(
      String nodeName,
      KernelAccess access,
      LongConsumer planTimed,
      LongConsumer failedOver,
      LearntEndpoints learnt) {
    this.learnt = learnt;
    this.learntOfNodes = learnt;
    this.nodeName = nodeName;
    this.access = access;
    this.planTimed = planTimed;
    this.lanes = new NodeLanes(nodeName, new Failovers(failedOver));
  }

  /**
   * One pass.
   *
   * @param direct whether private addresses of the API server are reached beside the mesh
   * @param egress who leaves the cluster elsewhere
   * @param probed what probes and pulses have found
   * @param complete whether everything was listed, so that what is not in the view may be removed
   */
  Outcome converge(
      Optional<AcceptedView> view,
      Map<String, List<IpAddress>> names,
      List<Endpoint> apiServers,
      boolean direct,
      Egress egress,
      NodeSecrets secrets,
      Probed probed,
      boolean complete,
      Set<PublicKey> withdrawn,
      long nowEpochSecond) {
    try {
      last =
          pass(
              view,
              names,
              apiServers,
              direct,
              egress,
              secrets,
              probed,
              complete,
              withdrawn,
              nowEpochSecond);
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
      Map<String, List<IpAddress>> names,
      List<Endpoint> apiServers,
      boolean direct,
      Egress egress,
      NodeSecrets secrets,
      Probed probed,
      boolean complete,
      Set<PublicKey> withdrawn,
      long now)
      throws IOException {
    var kernel = access.get(implementation(accepted));
    var host = HostKernel.of(kernel, kernel.firewall(firewall(accepted)));
    finishLeaving(kernel);
    var seenLinks = kernel.links();
    var links = UnderlayLinks.of(seenLinks, deviceName(accepted));
    if (accepted.isEmpty()) {
      return Outcome.withoutView(links, host);
    }
    var view = accepted.get();
    access.own(MeshOwnership.of(view.view().mesh().spec()));
    filterBridge(kernel, seenLinks, view.view());
    var expired = expired(view, now);
    var near = Neighbours.wanted(view.view(), nodeName, links, seenLinks);
    neighbours = neighbours.after(near, kernel.neighbours(near));
    var facts =
        new NodeFacts(
            nodeName,
            links,
            names,
            apiServers,
            direct,
            egress.local(),
            neighbours.known(),
            pastGateways.after(view.view().nodes()));
    var desired = plan(new Inputs(view, expired, facts, secrets), now);
    var seen = kernel.read(desired, now);
    var foreign = ForeignDevice.of(desired, seen);
    if (foreign.isPresent()) {
      return blocked(links, host, desired, foreign.get());
    }
    var step = trials.advance(desired, seen.devices(), now);
    trials = step.next();
    undecided = step.undecided();
    var chosen = lanes.choose(view.view(), step.desired(), probed);
    var wanted = narrowed(chosen, view, probed.tunnels(), egress.carried());
    learnt = learnt.after(wanted, seen.devices());
    learntOfNodes = learnt.of(keys(view.view()));
    var called = learnt.restored(wanted, seen.devices());
    var all = StateDiff.diff(called, seen, secrets.publicKeys());
    var changes = egress.known() ? all : Additions.keepingChosenPods(all, wanted);
    var over = Stream.concat(expired.stream(), withdrawn.stream()).collect(Collectors.toSet());
    var allowed = complete ? changes : Additions.of(changes, over);
    var result = apply(kernel, allowed, desired.routeProtocol());
    lanes.applied(result.result().failures().isEmpty());
    laneFigures = figures(kernel, wanted);
    return new Outcome(
        links,
        host,
        List.of(wanted),
        seen.devices(),
        result.changes(),
        result.result().failures(),
        "");
  }

  /** Without it NetworkPolicy holds between nodes alone; the mesh itself works as well. */
  private void filterBridge(Kernel kernel, List<SeenLink> links, MeshView view) throws IOException {
    var refused = Optional.<String>empty();
    if (view.mesh().spec().attachesPods()) {
      for (var link : links) {
        if (link.name().equals(Conflist.BRIDGE)) {
          refused = kernel.filterBridge(link);
        }
      }
    }
    if (refused.isPresent() && !refused.equals(bridgeRefused)) {
      LOG.warn(
          "packets between pods of this node do not meet the packet filter, so no NetworkPolicy"
              + " holds among them: {}",
          refused.get());
    }
    bridgeRefused = refused;
  }

  /** Nothing is touched while a link of the host has the device's name. */
  private static Outcome blocked(
      List<LinkFacts> links, HostKernel host, DesiredState desired, ForeignDevice foreign) {
    var change = new Change.CreateDevice(foreign.device());
    return new Outcome(
        links,
        host,
        List.of(desired),
        List.of(),
        List.of(),
        List.of(new ApplyFailure(change, "CreateDevice", 0, foreign.message())),
        "");
  }

  private LaneFigures figures(Kernel kernel, DesiredState wanted) throws IOException {
    if (!lanes.isActive()) {
      return LaneFigures.NONE;
    }
    var devices = wanted.devices().stream().map(DesiredDevice::name).toList();
    return new LaneFigures(true, lanes.lanes(), kernel.counters(devices));
  }

  private static Set<PublicKey> keys(MeshView view) {
    return view.nodes().stream()
        .flatMap(n -> n.devices().stream())
        .map(MeshDevice::publicKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Where nodes without a configured endpoint called from at last: what a reboot needs. */
  LearntEndpoints learntOfNodes() {
    return learntOfNodes;
  }

  /** What is known of the lanes, as of the last pass. */
  LaneFigures laneFigures() {
    return laneFigures;
  }

  /**
   * Which locations this node reaches by lanes of its own, for the nodes of its location; empty: it
   * has no lanes, or does not know yet.
   */
  Optional<ReachVector> reach() {
    return lanes.reach();
  }

  /** Routes into narrow tunnels get their MTU; those to what is probed keep the device's. */
  private static DesiredState narrowed(
      DesiredState desired,
      AcceptedView view,
      Map<PeerId, Tunnel> tunnels,
      Map<IpAddress, Integer> exits) {
    var carried = new HashMap<PeerId, Integer>();
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
    learnt = LearntEndpoints.NONE;
    learntOfNodes = LearntEndpoints.NONE;
  }

  /** What the last clean-up could not remove. */
  List<String> kept() {
    return kept;
  }

  private void finishLeaving(Kernel kernel) {
    leaving.ifPresent(
        own -> {
          var lines = kernel.cleanUp(own);
          var before = kept;
          kept = lines.stream().filter(line -> line.startsWith("kept ")).toList();
          lines.stream()
              .filter(line -> !before.contains(line))
              .forEach(line -> LOG.info("clean-up: {}", line));
        });
    leaving = Optional.empty();
  }

  @Override
  public void close() {
    access.close();
  }
}
