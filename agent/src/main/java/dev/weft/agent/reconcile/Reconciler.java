package dev.weft.agent.reconcile;

import dev.weft.agent.checkpoint.Checkpoint;
import dev.weft.agent.cni.PodNetwork;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.lease.LeaseTerms;
import dev.weft.agent.metrics.AgentCounters;
import dev.weft.agent.metrics.AgentGauges;
import dev.weft.agent.metrics.Convergence;
import dev.weft.agent.metrics.EndpointChanges;
import dev.weft.agent.metrics.ProcessAge;
import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.report.DebouncedFinding;
import dev.weft.agent.report.Finding;
import dev.weft.agent.report.Observation;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ApiContact;
import dev.weft.agent.view.ApiState;
import dev.weft.agent.view.Verdict;
import dev.weft.agent.view.ViewKeeper;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass of the agent, from what the API server holds to what is reported. One thread. */
public final class Reconciler implements ReconcileLoop.Pass, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long pods wait for the first view of a new node; without an operator none comes. */
  private static final Duration UNROUTED = Duration.ofSeconds(60);

  /** Between two looks at a peer that doesn't answer: below the patience of a trial. */
  private static final Duration TRIAL = Duration.ofSeconds(4);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final long startedAt = System.nanoTime();
  private final Self self;
  private final Services services;
  private final ViewKeeper views;
  private final Dataplane dataplane;
  private final NextBoot nextBoot;
  private final Backoff backoff = new Backoff();
  private final DriftDetector drift = new DriftDetector();
  private final DebouncedFinding planned = new DebouncedFinding(Findings.planned(List.of()));
  private final AgentCounters counters;
  private final Convergence convergence;
  private final Clock clock;
  private List<String> podCIDRs;
  private ApiServerWay way;
  private List<DesiredState> lastClean = List.of();
  private String appliedRevision = "";
  private final IdleCollection collection = new IdleCollection();
  private final EndpointChanges endpointChanges = new EndpointChanges();
  private boolean started;
  private Observation reported;
  private WireGuardMeshSpec leftMesh = WireGuardMeshSpec.DEFAULT;
  private boolean isGone;
  private volatile AgentGauges gauges = AgentGauges.STARTING;

  /** A reconciler that starts from what the checkpoint says. */
  public Reconciler(
      Self self,
      Services services,
      Checkpoint saved,
      KernelOptions kernel,
      Runnable kernelChanged,
      AgentCounters counters,
      Convergence convergence,
      Clock clock) {
    this.self = self;
    this.services = services;
    this.views = new ViewKeeper(self.nodeName(), saved.published());
    this.podCIDRs = saved.podCIDRs();
    this.way = ApiServerWay.of(saved.directApiServer());
    this.nextBoot = new NextBoot(services.boot(), self.nodeName());
    this.dataplane =
        new Dataplane(
            self.nodeName(),
            new KernelAccess(kernel, reason -> kernelChanged.run()),
            counters::planned,
            counters::failedOver,
            saved.learnt());
    this.counters = counters;
    this.convergence = convergence;
    this.clock = clock;
    this.reported =
        Reports.observation(
            self, Outcome.withoutView(List.of(), HostKernel.UNKNOWN), Map.of(), "", List.of());
  }

  @Override
  public Pause run(Set<String> reasons) {
    long started = System.nanoTime();
    var now = clock.instant();
    var state = services.api().state();
    heed(services.lease().contact());
    var before = views.accepted();
    if (views.take(state) instanceof Verdict.Leave) {
      before.ifPresent(v -> leave(v, state));
    }
    if (services.pods().hasLeft() && views.accepted().isEmpty() && !isGone) {
      dataplane.leave(leftMesh); // again and again: pods hold the bridge until they are deleted
    }
    if (before.isEmpty()) {
      views.accepted().ifPresent(this::joined);
    }
    follow(state);
    convergence.begin(!revision().equals(appliedRevision), started);
    var outcome = converge(now);
    if (outcome.trouble().isEmpty()) {
      views.applied(services.lease().contact());
      nextBoot.guard(views.accepted(), outcome, state);
    }
    count(outcome, now);
    remember(now);
    report(outcome, state, now);
    counters.pass(System.nanoTime() - started);
    if (isComplete() && outcome.isClean() && outcome.changes().isEmpty()) {
      collection.atRest();
    }
    LOG.debug("pass for {}: {} changes", reasons, outcome.changes().size());
    return rest(outcome, now);
  }

  @Override
  public void failed(Throwable defect, int inARow) {
    counters.passFailed();
    gauges = gauges.afterAFailure();
    var failed = reported.with(Findings.passFailed(defect, inARow));
    services.reports().offer(failed.with(Findings.running(services.supervision().troubled())));
    services.events().observe(failed.findings(), clock.instant());
  }

  private void heed(ApiContact contact) {
    if (views.heed(contact)) {
      counters.viewRefused();
    }
    var next = way.heed(contact);
    if (next.direct() != way.direct()) {
      LOG.warn(
          "the API server does not answer; private addresses of it are tried {} now",
          next.direct() ? "beside the mesh" : "through the mesh");
    }
    way = next;
  }

  private void joined(AcceptedView first) {
    var called = new Endpoint(self.apiServer().host(), self.apiServer().port()).address();
    way = way.joined(called, first.view().mesh().serviceCIDRs());
  }

  private List<Endpoint> apiServers() {
    return Names.apiServers(self, services.apiServers().endpoints(), views.accepted());
  }

  private String revision() {
    return views.accepted().map(AcceptedView::revision).orElse("");
  }

  private void leave(AcceptedView left, ApiState state) {
    leftMesh = left.view().mesh().spec();
    isGone = false;
    dataplane.leave(leftMesh);
    if (state.meshes().isEmpty()) {
      try {
        services.pods().leave();
      } catch (IOException e) {
        LOG.warn("it can't be noted that the last mesh is gone: {}", e.toString());
      }
    }
    lastClean = List.of();
    appliedRevision = "";
  }

  /** Looks after what the view speaks of: Secrets, names, the Lease, the own pod CIDRs. */
  private void follow(ApiState state) {
    var view = views.accepted();
    services.presharedKeys().follow(Secrets.neededBy(view, self.nodeName()));
    services.names().follow(Names.of(apiServers(), view));
    view.ifPresent(v -> services.lease().terms(LeaseTerms.of(v.view(), self.nodeName())));
    state.podCIDRs().filter(c -> !c.isEmpty()).ifPresent(c -> podCIDRs = c);
  }

  private Outcome converge(Instant now) {
    var view = views.accepted();
    var names = services.names().addresses();
    var secrets = new NodeSecrets(self.keysFor(view), services.presharedKeys().keys());
    var apiServers = Names.numeric(apiServers(), names);
    var egress = Egress.of(self.nodeName(), view, services.ownPods(), services.probes());
    var outcome =
        dataplane.converge(
            view,
            names,
            apiServers,
            way.direct(),
            egress,
            secrets,
            probed(),
            isComplete(),
            views.withdrawn(),
            now.getEpochSecond());
    services
        .probes()
        .ifPresent(
            p -> Watching.follow(p, view, self.nodeName(), egress, outcome, dataplane.reach()));
    return outcome;
  }

  private List<String> wrong(AcceptedView view, Outcome outcome, Instant now) {
    var wrong = new ArrayList<>(services.preflight().check(view.view(), outcome.links(), now));
    wrong.addAll(outcome.host().firewall().problems());
    return wrong;
  }

  private Probed probed() {
    return services.probes().map(TunnelProber::probed).orElse(Probed.NOTHING);
  }

  private boolean isComplete() {
    return isComplete(views, services.presharedKeys().synced());
  }

  /**
   * Whether all inputs are known, so that what is not in them may be removed.
   *
   * @param keysListed whether the Secrets with preshared keys were listed: until then Peers are
   *     missing from the plan whose key is only not read yet
   */
  static boolean isComplete(ViewKeeper views, boolean keysListed) {
    return views.confirmed() && keysListed;
  }

  private void count(Outcome outcome, Instant now) {
    outcome.changes().forEach(c -> counters.change(c.kind()));
    outcome.failures().forEach(f -> counters.failure(f.change().kind(), Errno.symbol(f.errno())));
    int repairs = (int) outcome.changes().stream().filter(Changes::isRepair).count();
    if (repairs > 0 && outcome.desired().equals(lastClean)) {
      counters.repaired(repairs);
      var what = Changes.summary(outcome.changes());
      drift.repaired(now, what);
      services.preflight().repaired(outcome.changes(), now);
      LOG.info("repaired what somebody else had changed: {}", what);
    }
    if (outcome.isClean() && !outcome.desired().isEmpty()) {
      // What is not removed yet would later pass for a repair.
      lastClean = isComplete() ? outcome.desired() : List.of();
      if (isComplete()) {
        views.settled();
      }
      appliedRevision = revision();
      start();
      convergence.applied(System.nanoTime()).ifPresent(counters::converged);
      backoff.succeeded();
    } else if (!outcome.isClean()) {
      lastClean = List.of();
      backoff.failed();
    }
  }

  private void start() {
    if (!started) {
      started = true;
      var age = ProcessAge.seconds();
      age.ifPresent(counters::started);
      age.ifPresent(
          s -> LOG.info("the kernel is as wanted, {} ms after the start", (long) (s * 1e3)));
    }
  }

  private void remember(Instant now) {
    var checkpoint =
        new Checkpoint(
            self.nodeName(),
            views.proven(),
            services.presharedKeys().keys(),
            podCIDRs,
            services.names().addresses(),
            services.apiServers().endpoints(),
            way.direct(),
            dataplane.learntOfNodes());
    try {
      if (services.pods().hasLeft() && views.accepted().isEmpty()) {
        services.checkpoint().remove();
        return;
      }
      services.checkpoint().save(checkpoint, now.getEpochSecond());
    } catch (IOException e) {
      LOG.warn("the checkpoint can't be saved: {}; a reboot would find an old one", e.toString());
    }
  }

  private void report(Outcome outcome, ApiState state, Instant now) {
    var view = views.accepted();
    var findings = new ArrayList<Finding>();
    findings.add(views.finding());
    findings.add(Findings.applied(outcome));
    findings.add(Findings.running(services.supervision().troubled()));
    var pods =
        view.isPresent() || state.synced()
            ? services
                .pods()
                .keep(
                    Reports.meshSpecs(view, state),
                    podCIDRs,
                    state.podCIDRs().isPresent() || isPatienceOver(),
                    isRouted(outcome),
                    Reports.podMtu(outcome))
            : PodNetwork.waiting();
    findings.add(pods);
    if (services.pods().hasLeft() && view.isEmpty() && state.synced()) {
      var clean = Findings.clean(dataplane.kept(), pods);
      isGone = clean.good();
      findings.add(clean);
    }
    if (view.isPresent()) {
      findings.add(Findings.preflight(wrong(view.get(), outcome, now)));
      findings.add(Findings.pathMtu(probed().tunnels().values()));
      findings.add(drift.finding(now));
      findings.add(planned.settle(Findings.planned(Reports.problems(view.get(), outcome)), now));
    }
    if (isWorthTelling(state)) {
      reported = Reports.observation(self, outcome, probed().tunnels(), appliedRevision, findings);
      services.reports().offer(reported);
    }
    services.events().observe(findings, now);
    gauges =
        Gauges.of(
            views,
            outcome,
            findings,
            probed().tunnels(),
            endpointChanges.seen(outcome.seen()),
            dataplane.laneFigures(),
            services);
  }

  /** After a restart the checkpoint's view is confirmed in a moment, and then nothing is new. */
  private boolean isWorthTelling(ApiState state) {
    return state.synced() || views.accepted().isEmpty() || isPatienceOver();
  }

  /** Whether pods may come: the first view is in the kernel, or is not to be had. */
  private boolean isRouted(Outcome outcome) {
    return (views.accepted().isPresent() && outcome.isClean())
        || System.nanoTime() - startedAt > UNROUTED.toNanos();
  }

  /** An API server that doesn't answer does not answer kubelet either. */
  private boolean isPatienceOver() {
    return System.nanoTime() - startedAt > PATIENCE.toNanos();
  }

  private Pause rest(Outcome outcome, Instant now) {
    long expiry =
        views.accepted().map(v -> v.nextExpiry(now.getEpochSecond())).orElse(Long.MAX_VALUE);
    var untilExpiry =
        expiry > now.getEpochSecond() + LONGEST_PAUSE.toSeconds()
            ? LONGEST_PAUSE
            : atLeast(
                SHORTEST_PAUSE, Duration.between(clock.instant(), Instant.ofEpochSecond(expiry)));
    boolean tries = dataplane.isUndecided() && TRIAL.compareTo(untilExpiry) < 0;
    return backoff.pause(outcome.isClean(), tries ? TRIAL : untilExpiry);
  }

  private static Duration atLeast(Duration least, Duration time) {
    return time.compareTo(least) < 0 ? least : time;
  }

  /** How it stands; any thread. */
  public AgentGauges gauges() {
    return gauges;
  }

  @Override
  public void close() {
    dataplane.close();
  }
}
