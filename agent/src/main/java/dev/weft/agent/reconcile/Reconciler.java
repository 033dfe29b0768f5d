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
import dev.weft.agent.probe.Targets;
import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.report.Finding;
import dev.weft.agent.report.Settled;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ApiState;
import dev.weft.agent.view.Verdict;
import dev.weft.agent.view.ViewKeeper;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PublicKey;
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

/** One pass of the agent, from what is told to what is reported. One thread. */
public final class Reconciler implements ReconcileLoop.Pass, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two looks at a peer that doesn't answer: below the patience of a trial. */
  private static final long TRIAL_SECONDS = 4;

  private final long startedAt = System.nanoTime();
  private final Self self;
  private final Collaborators with;
  private final ViewKeeper views;
  private final Dataplane dataplane;
  private final Backoff backoff = new Backoff();
  private final Disturbance disturbance = new Disturbance();
  private final Settled planned = new Settled(Findings.planned(List.of()));
  private final AgentCounters counters;
  private final Convergence convergence;
  private final Clock clock;
  private List<String> podCIDRs;
  private List<DesiredState> lastClean = List.of();
  private String appliedRevision = "";
  private final IdleCollection collection = new IdleCollection();
  private final EndpointChanges endpointChanges = new EndpointChanges();
  private boolean started;
  private volatile AgentGauges gauges = AgentGauges.STARTING;

  /** A reconciler that starts from what the checkpoint says. */
  public Reconciler(
      Self self,
      Collaborators with,
      Checkpoint saved,
      KernelOptions kernel,
      Runnable kernelChanged,
      AgentCounters counters,
      Convergence convergence,
      Clock clock) {
    this.self = self;
    this.with = with;
    this.views = new ViewKeeper(self.nodeName(), saved.published());
    this.podCIDRs = saved.podCIDRs();
    this.dataplane =
        new Dataplane(
            self.nodeName(),
            new KernelAccess(kernel, reason -> kernelChanged.run()),
            counters::planned);
    this.counters = counters;
    this.convergence = convergence;
    this.clock = clock;
  }

  @Override
  public Pause run(Set<String> reasons) {
    long started = System.nanoTime();
    var now = clock.instant();
    var told = with.api().state();
    var before = views.accepted();
    if (views.take(told) instanceof Verdict.Leave) {
      before.ifPresent(this::leave);
    }
    follow(told);
    convergence.begin(!revision().equals(appliedRevision), started);
    var outcome = converge(now);
    count(outcome, now);
    remember(now);
    report(outcome, told, now);
    counters.pass(System.nanoTime() - started);
    if (isComplete() && outcome.isClean() && outcome.changes().isEmpty()) {
      collection.atRest();
    }
    LOG.debug("pass for {}: {} changes", reasons, outcome.changes().size());
    return rest(outcome, now);
  }

  private String revision() {
    return views.accepted().map(AcceptedView::revision).orElse("");
  }

  private void leave(AcceptedView left) {
    dataplane.leave(left.view().mesh().spec());
    lastClean = List.of();
    appliedRevision = "";
  }

  /** Looks after what the view speaks of: Secrets, names, the Lease, the own pod CIDRs. */
  private void follow(ApiState told) {
    var view = views.accepted();
    with.presharedKeys().follow(Secrets.neededBy(view, self.nodeName()));
    with.names().follow(Names.of(Names.apiServers(self.apiServer(), view), view));
    view.ifPresent(v -> with.lease().terms(LeaseTerms.of(v.view(), self.nodeName())));
    told.podCIDRs().filter(c -> !c.isEmpty()).ifPresent(c -> podCIDRs = c);
  }

  private Outcome converge(Instant now) {
    var view = views.accepted();
    var names = with.names().addresses();
    var keys = self.keys();
    var secrets = new NodeSecrets(keys.privateKey(), keys.publicKey(), with.presharedKeys().keys());
    var apiServers = Names.numeric(Names.apiServers(self.apiServer(), view), names);
    var egress = Egress.of(self.nodeName(), view, with.ownPods(), with.probes());
    var outcome =
        dataplane.converge(
            view,
            names,
            apiServers,
            egress,
            secrets,
            tunnels(),
            isComplete(),
            now.getEpochSecond());
    with.probes()
        .ifPresent(
            p ->
                p.follow(
                    outcome.desired().stream()
                        .flatMap(
                            d ->
                                view.stream()
                                    .flatMap(
                                        v -> Targets.of(v.view(), self.nodeName(), d).stream()))
                        .toList(),
                    outcome.desired().stream()
                        .flatMap(
                            d ->
                                view.stream()
                                    .flatMap(
                                        v ->
                                            Targets.exits(
                                                v.view(),
                                                self.nodeName(),
                                                egress.local(),
                                                d.devices().getFirst().mtu())
                                                .stream()))
                        .toList()));
    return outcome;
  }

  private List<String> wrong(AcceptedView view, Outcome outcome) {
    var wrong = new ArrayList<>(with.preflight().check(view.view(), outcome.links()));
    wrong.addAll(outcome.host().firewall().problems());
    return wrong;
  }

  private Map<PublicKey, Tunnel> tunnels() {
    return with.probes().map(TunnelProber::tunnels).orElse(Map.of());
  }

  /** Whether all inputs are known, so that what is not in them may be removed. */
  private boolean isComplete() {
    return views.confirmed() && with.presharedKeys().synced();
  }

  private void count(Outcome outcome, Instant now) {
    outcome.changes().forEach(c -> counters.change(c.getClass().getSimpleName()));
    outcome
        .failures()
        .forEach(
            f -> counters.failure(f.change().getClass().getSimpleName(), Errno.symbol(f.errno())));
    int repairs = (int) outcome.changes().stream().filter(Reconciler::isRepair).count();
    if (repairs > 0 && outcome.desired().equals(lastClean)) {
      counters.repaired(repairs);
      var what = Changes.summary(outcome.changes());
      disturbance.repaired(now, what);
      LOG.info("repaired what somebody else had changed: {}", what);
    }
    if (outcome.isClean() && !outcome.desired().isEmpty()) {
      // What is not removed yet would later pass for a repair.
      lastClean = isComplete() ? outcome.desired() : List.of();
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

  /** A new endpoint for a silent peer is no repair of anything. */
  private static boolean isRepair(Change change) {
    return !(change instanceof Change.SetPeer peer) || peer.isNew() || peer.endpoint().isEmpty();
  }

  private void remember(Instant now) {
    var checkpoint =
        new Checkpoint(
            self.nodeName(),
            views.accepted().map(AcceptedView::published),
            with.presharedKeys().keys(),
            podCIDRs,
            with.names().addresses());
    try {
      with.checkpoint().save(checkpoint, now.getEpochSecond());
    } catch (IOException e) {
      LOG.warn("the checkpoint can't be saved: {}; a reboot would find an old one", e.toString());
    }
  }

  private void report(Outcome outcome, ApiState told, Instant now) {
    var view = views.accepted();
    var findings = new ArrayList<Finding>();
    findings.add(views.finding());
    findings.add(Findings.applied(outcome));
    findings.add(
        view.isPresent() || told.synced()
            ? with.pods().keep(Reports.meshSpecs(view, told), podCIDRs, Reports.podMtu(outcome))
            : PodNetwork.waiting());
    if (view.isPresent()) {
      findings.add(Findings.preflight(wrong(view.get(), outcome)));
      findings.add(Findings.pathMtu(tunnels().values()));
      findings.add(disturbance.finding(now));
      findings.add(planned.settle(Findings.planned(Reports.problems(view.get(), outcome)), now));
    }
    if (isWorthTelling(told)) {
      with.reports()
          .offer(Reports.observation(self, outcome, tunnels(), appliedRevision, findings));
    }
    with.events().observe(findings, now);
    gauges =
        Gauges.of(views, outcome, findings, tunnels(), endpointChanges.seen(outcome.seen()), with);
  }

  /** After a restart the checkpoint's view is confirmed in a moment, and then nothing is new. */
  private boolean isWorthTelling(ApiState told) {
    return told.synced()
        || views.accepted().isEmpty()
        || System.nanoTime() - startedAt > PATIENCE.toNanos();
  }

  private Pause rest(Outcome outcome, Instant now) {
    long seconds = now.getEpochSecond();
    long expiry = views.accepted().map(v -> v.nextExpiry(seconds)).orElse(Long.MAX_VALUE) - seconds;
    long trial = dataplane.isUndecided() ? TRIAL_SECONDS : Long.MAX_VALUE;
    var untilExpiry = Duration.ofSeconds(Math.clamp(Math.min(expiry, trial), 1, 3600));
    return backoff.pause(outcome.isClean(), untilExpiry);
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
