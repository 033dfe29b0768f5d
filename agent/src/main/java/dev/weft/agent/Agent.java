package dev.weft.agent;

import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.client.ApiClient;
import dev.weft.agent.cni.Conflist;
import dev.weft.agent.cni.ConflistFile;
import dev.weft.agent.cni.PluginInstaller;
import dev.weft.agent.cni.PodNetwork;
import dev.weft.agent.cni.StaleAddresses;
import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.facts.NameResolver;
import dev.weft.agent.facts.Preflight;
import dev.weft.agent.file.StateDirectory;
import dev.weft.agent.http.Health;
import dev.weft.agent.http.MetricsListener;
import dev.weft.agent.http.StatusServer;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.key.KeyFile;
import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.metrics.AgentCounters;
import dev.weft.agent.metrics.AgentMetrics;
import dev.weft.agent.metrics.Convergence;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.reconcile.Collaborators;
import dev.weft.agent.reconcile.ReconcileLoop;
import dev.weft.agent.reconcile.Reconciler;
import dev.weft.agent.reconcile.Self;
import dev.weft.agent.report.EventRecorder;
import dev.weft.agent.report.ReportPublisher;
import dev.weft.agent.view.ApiWatch;
import dev.weft.agent.view.PodWatch;
import dev.weft.agent.view.PresharedKeyWatch;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
  private final ApiFailures apiFailures = new ApiFailures(counters);

  private Agent() {}

  /**
   * Starts: first from the checkpoint, then with what the API server tells.
   *
   * @throws IOException with a text for the user
   */
  public static Agent start(AgentOptions options, Map<String, String> environment)
      throws IOException, InterruptedException {
    var agent = new Agent();
    try {
      agent.assemble(options, environment);
      return agent;
    } catch (IOException | InterruptedException | RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private static boolean bridgeExists() {
    try {
      return NetworkInterface.getByName(Conflist.BRIDGE) != null;
    } catch (SocketException e) {
      return true; // nothing is done where it can't be told
    }
  }

  private void assemble(AgentOptions options, Map<String, String> environment)
      throws IOException, InterruptedException {
    NativeLibraries.loadEarly();
    var node = options.nodeName();
    var state = keep(StateDirectory.open(options.stateDirectory()));
    var keys = KeyFile.loadOrCreate(state.resolve("key"));
    var checkpoint = new CheckpointFile(state.resolve("checkpoint"));
    var saved = checkpoint.load(node);
    var api = ApiClient.open(options.kubeconfig(), environment);
    var client = keep(api.client());
    LOG.info("node {}, public key {}, API server {}", node, keys.publicKey(), api.address());

    var watch = keep(new ApiWatch(client, node, this::viewChanged, apiFailures::failed));
    var secrets =
        keep(
            new PresharedKeyWatch(
                client, options.namespace(), saved.presharedKeys(), () -> wake("secret")));
    var ownPods = keep(new PodWatch(client, node, () -> wake("pods"), apiFailures::failed));
    var names = keep(new NameResolver(saved.resolvedNames(), () -> wake("name")));
    var reports = keep(new ReportPublisher(client, node));
    var events = keep(new EventRecorder(client, node));
    var lease =
        keep(
            new LeaseKeeper(
                client, options.namespace(), node, this::isAlive, () -> reconnect(watch)));
    Optional<TunnelProber> probes =
        options.probeInterval().isZero()
            ? Optional.empty()
            : Optional.of(
                keep(
                    new TunnelProber(
                        TunnelProber.PORT, options.probeInterval(), () -> wake("path MTU"))));
    var pods =
        new PodNetwork(
            new ConflistFile(options.cniConfDirectory()),
            options.cniPluginsFrom().map(f -> new PluginInstaller(f, options.cniBinDirectory())),
            new StaleAddresses(
                options.cniAddressDirectory().resolve(Conflist.NETWORK), Agent::bridgeExists));
    var with =
        new Collaborators(
            watch,
            secrets,
            ownPods,
            names,
            checkpoint,
            pods,
            new Preflight(java.nio.file.Path.of("/proc/sys")),
            reports,
            events,
            lease,
            probes);
    var self =
        new Self(node, keys, api.address(), System.getProperty("os.version"), AgentVersion.text());
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
    listen(options, reconciler);
    running.start();
    reports.start();
    lease.start();
    probes.ifPresent(TunnelProber::start);
    watch.restart();
  }

  static KernelOptions kernelOptions(AgentOptions options) {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        options.runDirectory().resolve("userspace"),
        options.wireGuardSocketDirectory(),
        DEVICE_TIMEOUT);
  }

  private void listen(AgentOptions options, Reconciler reconciler) throws IOException {
    if (options.httpAddress().isPresent()) {
      keep(
          StatusServer.start(
              options.httpAddress().get(),
              this::health,
              () -> readiness(reconciler),
              () -> metrics(reconciler)));
    }
    options
        .metricsAddress()
        .ifPresent(address -> keep(new MetricsListener(address, () -> metrics(reconciler))));
  }

  private String metrics(Reconciler reconciler) {
    return AgentMetrics.page(
        counters, reconciler.gauges(), AgentVersion.text(), Instant.now().getEpochSecond());
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
    convergence.told(System.nanoTime());
    wake("view");
  }

  private void wakeGently(String reason) {
    var running = loop.get();
    if (running != null) {
      running.wakeGently(reason);
    }
  }

  private void reconnect(ApiWatch watch) {
    // A watch may have died with the connection without anybody telling.
    watch.restart();
    wake("reconnected");
  }

  private boolean isAlive() {
    var running = loop.get();
    return running != null && running.isAlive();
  }

  private Health health() {
    return isAlive()
        ? new Health(true, "ok")
        : new Health(false, "the reconcile loop has not come round for a minute");
  }

  private static Health readiness(Reconciler reconciler) {
    var gauges = reconciler.gauges();
    if (gauges.ready()) {
      return new Health(true, "ok: revision " + gauges.revision() + " applied");
    }
    return new Health(
        false,
        gauges.mesh().isEmpty()
            ? "there is no view of a mesh yet"
            : "the kernel is not as the view wants it; see the conditions of the NodeReport");
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
