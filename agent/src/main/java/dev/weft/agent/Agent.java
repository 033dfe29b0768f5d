package dev.weft.agent;

import dev.weft.agent.boot.BootGuard;
import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.client.ApiClient;
import dev.weft.agent.client.ApiServerChoice;
import dev.weft.agent.client.ApiServerSwitch;
import dev.weft.agent.cni.BootMarker;
import dev.weft.agent.cni.Conflist;
import dev.weft.agent.cni.ConflistFile;
import dev.weft.agent.cni.Departure;
import dev.weft.agent.cni.HeldAddresses;
import dev.weft.agent.cni.PluginInstaller;
import dev.weft.agent.cni.PodNetwork;
import dev.weft.agent.cni.StaleAddresses;
import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.facts.NameResolver;
import dev.weft.agent.facts.Preflight;
import dev.weft.agent.file.StateDirectory;
import dev.weft.agent.http.MetricsListener;
import dev.weft.agent.http.StatusServer;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.metrics.AgentCounters;
import dev.weft.agent.metrics.AgentMetrics;
import dev.weft.agent.metrics.Convergence;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.podsource.PodSources;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.reconcile.ReconcileLoop;
import dev.weft.agent.reconcile.Reconciler;
import dev.weft.agent.reconcile.Self;
import dev.weft.agent.reconcile.Services;
import dev.weft.agent.report.EventRecorder;
import dev.weft.agent.report.ReportPublisher;
import dev.weft.agent.view.ApiServerWatch;
import dev.weft.agent.view.ApiWatch;
import dev.weft.agent.view.PodWatch;
import dev.weft.agent.view.PresharedKeyWatch;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: everything wired together. Closing it stops its threads and leaves the kernel as
 * it is.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration DEVICE_TIMEOUT = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AgentCounters counters = new AgentCounters();
  private final Convergence convergence = new Convergence();
  private final AtomicReference<ReconcileLoop> loop = new AtomicReference<>();
  private final Supervision supervision = new Supervision();
  private final AgentHealth health = new AgentHealth(supervision, loop);
  private final ApiFailures apiFailures = new ApiFailures(counters);

  private Agent() {}

  /**
   * Starts: first from the checkpoint, then with what the API server holds.
   *
   * @param restart ends the process, so that it is started again; called at most once
   * @throws IOException with a text for the user
   */
  public static Agent start(AgentOptions options, Map<String, String> environment, Runnable restart)
      throws IOException, InterruptedException {
    var agent = new Agent();
    try {
      agent.assemble(options, environment, restart);
      return agent;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      agent.close();
      throw e;
    }
  }

  /**
   * Whether a pod may be attached. The bridge alone says nothing: a container runtime that tried
   * too early has made it. The plugin attaches the pod's end before it asks for an address, so that
   * one which is given out meanwhile has its port.
   */
  private static boolean hasPorts() {
    var ports = java.nio.file.Path.of("/sys/class/net", Conflist.BRIDGE, "brif");
    try (var attached = java.nio.file.Files.list(ports)) {
      return attached.findAny().isPresent();
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // nothing is done where it can't be reported
    }
  }

  private void assemble(AgentOptions options, Map<String, String> environment, Runnable restart)
      throws IOException, InterruptedException {
    NativeLibraries.loadEarly();
    var node = options.nodeName();
    var state = keep(StateDirectory.open(options.stateDirectory()));
    var keys = DeviceKeys.open(state.path());
    var checkpoint = new CheckpointFile(state.resolve("checkpoint"));
    var saved = checkpoint.load(node);
    var api = ApiClient.open(options.kubeconfig(), environment, counters::watchLost);
    var client = keep(api.client());
    LOG.info(
        "node {}, public key {}, API server {}", node, keys.first().publicKey(), api.address());

    var watch = keep(new ApiWatch(client, node, this::viewChanged, apiFailures::failed));
    var apiServers =
        keep(
            new ApiServerWatch(
                client, saved.apiServers(), () -> wake("API server"), apiFailures::failed));
    var secrets =
        keep(
            new PresharedKeyWatch(
                client,
                options.namespace(),
                saved.presharedKeys(),
                () -> wake("secret"),
                apiFailures::failed));
    var ownPods = keep(new PodWatch(client, node, () -> wake("pods"), apiFailures::failed));
    var names = keep(new NameResolver(saved.resolvedNames(), () -> wake("name"), supervision));
    var reports = keep(new ReportPublisher(client, node, supervision));
    var events = keep(new EventRecorder(client, node, supervision));
    var lease =
        keep(
            new LeaseKeeper(
                client,
                options.namespace(),
                node,
                health::isAlive,
                () -> reconnect(watch, apiServers, ownPods, secrets),
                supervision));
    var other =
        keep(
            new ApiServerSwitch(
                api.choice(),
                api.address(),
                () -> lease.contact().lost(),
                ApiServerChoice::answers,
                restart,
                supervision.watch("api-server", ApiServerSwitch.PAUSE.multipliedBy(4))));
    Optional<TunnelProber> probes =
        options.probeInterval().isZero()
            ? Optional.empty()
            : Optional.of(
                keep(
                    new TunnelProber(
                        TunnelProber.PORT,
                        options.probeInterval(),
                        () -> wake("path MTU"),
                        supervision)));
    var addresses = new HeldAddresses(options.cniAddressDirectory().resolve(Conflist.NETWORK));
    var pods =
        new PodNetwork(
            new ConflistFile(options.cniConfDirectory()),
            new BootMarker(options.runDirectory(), options.hostRunDirectory()),
            new Departure(
                state.resolve("left"),
                java.nio.file.Path.of("/sys/class/net"),
                addresses,
                InstantSource.system()),
            options
                .cniPluginsFrom()
                .map(
                    f ->
                        new PluginInstaller(
                            f, options.cniBinDirectory(), state.resolve("cni-plugins"))),
            new StaleAddresses(addresses, Agent::hasPorts));
    var with =
        new Services(
            watch,
            apiServers,
            secrets,
            ownPods,
            names,
            checkpoint,
            pods,
            bootGuard(options),
            new Preflight(java.nio.file.Path.of("/proc")),
            reports,
            events,
            lease,
            supervision,
            probes);
    Optional<PodSources> sources =
        NativeLibraries.nftables()
            .map(l -> keep(new PodSources(options.cniResultDirectory(), l, supervision)));
    var self =
        new Self(
            node,
            keys,
            api.address(),
            ApiClient.service(environment),
            System.getProperty("os.version"),
            AgentVersion.text());
    var reconciler =
        keep(
            new Reconciler(
                self,
                with,
                saved,
                kernelOptions(options),
                () -> wakeGently("kernel"),
                counters,
                convergence,
                Clock.systemUTC()));
    var running = keep(new ReconcileLoop(reconciler));
    loop.set(running);
    listen(options, reconciler, sources);
    running.start();
    reports.start();
    lease.start();
    other.start();
    probes.ifPresent(TunnelProber::start);
    watch.restart();
    apiServers.restart();
  }

  static BootGuard bootGuard(AgentOptions options) {
    return new BootGuard(
        options.stateDirectory(), options.runDirectory(), NativeLibraries.nftables());
  }

  static KernelOptions kernelOptions(AgentOptions options) {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        options.runDirectory().resolve("userspace"),
        options.wireGuardSocketDirectory(),
        DEVICE_TIMEOUT);
  }

  private void listen(AgentOptions options, Reconciler reconciler, Optional<PodSources> sources)
      throws IOException {
    if (options.httpAddress().isPresent()) {
      keep(
          StatusServer.start(
              options.httpAddress().get(),
              health::health,
              () -> health.readiness(reconciler::gauges),
              () -> metrics(reconciler, sources)));
    }
    options
        .metricsAddress()
        .ifPresent(
            address -> keep(new MetricsListener(address, () -> metrics(reconciler, sources))));
  }

  private String metrics(Reconciler reconciler, Optional<PodSources> sources) {
    return AgentMetrics.page(
        counters,
        reconciler.gauges(),
        supervision,
        sources.map(PodSources::unbound).orElse(0),
        AgentVersion.text(),
        Instant.now().getEpochSecond());
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  private void wake(String reason) {
    var running = loop.get();
    if (running != null) {
      running.wake(reason);
    }
  }

  private void viewChanged() {
    convergence.changed(System.nanoTime());
    wake("view");
  }

  private void wakeGently(String reason) {
    var running = loop.get();
    if (running != null) {
      running.wakeGently(reason);
    }
  }

  private void reconnect(
      ApiWatch watch, ApiServerWatch apiServers, PodWatch pods, PresharedKeyWatch secrets) {
    // A watch may have died with the connection without a sign.
    watch.restart();
    apiServers.restart();
    pods.restart();
    secrets.restart();
    wake("reconnected");
  }

  /** Stops in reverse order; the data plane stays. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.debug("{} did not close", part, e);
      }
    }
  }
}
