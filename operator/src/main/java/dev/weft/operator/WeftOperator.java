package dev.weft.operator;

import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.operator.http.Metrics;
import dev.weft.operator.http.OperatorCatalog;
import dev.weft.operator.loop.PlanLoop;
import dev.weft.operator.observe.CalledServer;
import dev.weft.operator.observe.ClusterObserver;
import dev.weft.operator.observe.DeletedNodes;
import dev.weft.operator.observe.LastPublished;
import dev.weft.operator.observe.LeaseClock;
import dev.weft.operator.observe.LeaseReader;
import dev.weft.operator.observe.LeaseSilence;
import dev.weft.operator.observe.NameResolution;
import dev.weft.operator.observe.NodeLiveness;
import dev.weft.operator.observe.RecentlyWritten;
import dev.weft.operator.publish.Fence;
import dev.weft.operator.publish.Publisher;
import dev.weft.operator.watch.Watch;
import dev.weft.operator.watch.Watches;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator, put together: watches fill caches and wake the loop; the loop observes, plans and
 * publishes. It plans only while it leads, for JOSDK calls no watch's reconciler before.
 */
public final class WeftOperator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WeftOperator.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final String LEASE = "weft-operator";

  private final KubernetesClient client;
  private final Settings settings;
  private final Metrics metrics;
  private final LeaseSilence silence = new LeaseSilence(System.nanoTime());
  private final DeletedNodes deletedNodes = new DeletedNodes();
  private final LeaseClock leases = new LeaseClock();
  private final LeaseReader leaseReader;
  private final NodeLiveness nodeLiveness;
  private final NameResolution names;
  private final ClusterObserver observer;
  private final Publisher publisher;
  private final PlanLoop loop;
  private final Operator josdk;
  private final LeaderFence fence;
  private final ElectionWatch election;
  private volatile boolean synced;
  private volatile boolean leading;
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  /**
   * Puts it together; nothing runs yet.
   *
   * @param metrics of the process
   */
  public WeftOperator(KubernetesClient client, Settings settings, Metrics metrics) {
    this(client, settings, metrics, new LastPublished());
  }

  /**
   * The same after an earlier term of the process.
   *
   * @param last what earlier terms have seen
   */
  WeftOperator(KubernetesClient client, Settings settings, Metrics metrics, LastPublished last) {
    this.client = client;
    this.settings = settings;
    this.metrics = metrics;
    fence =
        new LeaderFence(
            settings.identity(),
            LEASE_DURATION,
            this::lease,
            InstantSource.system(),
            System::nanoTime);
    election = new ElectionWatch(this::lease, metrics.threads());
    loop = new PlanLoop(this::reconcile);
    names = new NameResolution(this::changed, metrics.threads());
    leaseReader =
        new LeaseReader(
            () -> client.leases().inNamespace(settings.agentsNamespace()).list().getItems(),
            this::changed,
            metrics.threads());
    nodeLiveness = new NodeLiveness(leases, leaseReader);
    var written = RecentlyWritten.none();
    var watches = Watches.of(this::changed, written, nodeListener(), leaseListener());
    var called = CalledServer.of(client.getConfiguration().getMasterUrl());
    observer = new ClusterObserver(watches, written, nodeLiveness, names, last, called);
    publisher =
        Publisher.of(
            client,
            written,
            metrics,
            deletedNodes,
            settings,
            this::beforeAWrite,
            this::pass,
            last::forget);
    josdk =
        new Operator(
            configuration -> {
              configuration
                  .withKubernetesClient(client)
                  .withCloseClientOnStop(false)
                  .checkingCRDAndValidateLocalModel(false)
                  .withConcurrentReconciliationThreads(4)
                  .withStopOnInformerErrorDuringStartup(false)
                  .withUseSSAToPatchPrimaryResource(false);
              if (settings.leaderElection()) {
                configuration.withLeaderElectionConfiguration(
                    LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                        .withLeaseNamespace(settings.namespace())
                        .withIdentity(settings.identity())
                        .withLeaseDuration(LEASE_DURATION)
                        .withRenewDeadline(Duration.ofSeconds(10))
                        .withRetryPeriod(Duration.ofSeconds(2))
                        .withLeaderCallbacks(
                            new LeaderCallbacks(() -> {}, this::lostLeadership, leader -> {}))
                        .withExitOnStopLeading(false)
                        .build());
              }
            });
    watches.register(josdk, settings.namespace(), settings.agentsNamespace());
  }

  /** Waits for the CRDs, syncs the caches, stands for election and, once leading, plans. */
  public void start() throws InterruptedException {
    loop.start();
    Prerequisites.await(client);
    josdk.start();
    if (settings.leaderElection()) {
      election.start();
    }
    synced = true;
    LOG.info("started");
    loop.changed();
  }

  private @Nullable Lease lease() {
    return client.leases().inNamespace(settings.namespace()).withName(LEASE).get();
  }

  /** Counters and gauges. */
  public Metrics metrics() {
    return metrics;
  }

  /** Whether the loop comes round, and the threads beside it. */
  boolean isHealthy() {
    return loop.isHealthy() && metrics.threads().stalled().isEmpty();
  }

  /** Whether all that it watches is known and published, and nothing is stuck. */
  boolean isReady() {
    return synced && !ended.isDone() && isHealthy();
  }

  /** Waits until another operator may lead; tells why. */
  String awaitEnd() throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      return e.toString();
    }
  }

  /** Whether nothing is written any more, waiting for it that long. */
  boolean awaitLastWrite(Duration patience) throws InterruptedException {
    return loop.awaitEnd(patience);
  }

  private void beforeAWrite() {
    loop.progress();
    pass();
  }

  private void pass() {
    if (settings.leaderElection()) {
      fence.pass();
    }
  }

  private void end(String why) {
    fence.revoke();
    lead(false);
    ended.complete(why);
  }

  private void lead(boolean now) {
    leading = now;
    metrics.leading(now);
  }

  private void lostLeadership() {
    end("leadership was lost");
  }

  private Duration reconcile() {
    if (!synced || !leading) {
      return Duration.ofSeconds(1);
    }
    var planning = metrics.planning(System.nanoTime());
    try {
      var seen = observer.observe();
      var plan = MeshPlanner.plan(seen.snapshot());
      var next = publisher.publish(seen, plan);
      metrics.state(OperatorCatalog.FROZEN, nodeLiveness.frozen().size());
      return least(next, nodeLiveness.next(System.nanoTime()), watched(System.nanoTime()));
    } catch (Fence.NotLeading e) {
      end(String.valueOf(e.getMessage()));
      return AFTER_A_FAULT;
    } catch (RuntimeException | Error e) {
      // a fault in one plan must not end the loop; the next event or the retry plans anew
      metrics.faulted();
      LOG.error("planning failed; trying again in {} s", AFTER_A_FAULT.toSeconds(), e);
      return AFTER_A_FAULT;
    } finally {
      metrics.planned(planning, System.nanoTime());
    }
  }

  /** Whether the watch of Leases still tells anything; when to look again. */
  private Duration watched(long now) {
    if (leaseReader.last().filter(answer -> silence.isDead(answer, now)).isPresent()) {
      metrics.watchLost();
      end("the watch of Leases has shown nothing for 30 s while agents renewed them");
    }
    if (silence.isSuspicious(now)) {
      leaseReader.ask(now);
      return Duration.ofSeconds(10);
    }
    return silence.next(now);
  }

  private static Duration least(Duration... durations) {
    return Stream.of(durations).min(Comparator.naturalOrder()).orElseThrow();
  }

  private void changed() {
    lead(!ended.isDone()); // JOSDK calls no reconciler before it leads
    metrics.changed(System.nanoTime());
    loop.changed();
  }

  private Watch.Listener<Node> nodeListener() {
    return new Watch.Listener<>() {
      @Override
      public void changed(Node node) {
        deletedNodes.present(node.getMetadata().getName());
        WeftOperator.this.changed();
      }

      @Override
      public void deleted(Node node, boolean seen) {
        if (seen) {
          deletedNodes.deleted(node.getMetadata().getName());
        }
        WeftOperator.this.changed();
      }
    };
  }

  private Watch.Listener<Lease> leaseListener() {
    return new Watch.Listener<>() {
      @Override
      public void changed(Lease lease) {
        silence.told(lease, System.nanoTime());
        if (leases.heard(lease, System.nanoTime()) || nodeLiveness.isWaiting()) {
          WeftOperator.this.changed();
        }
      }

      @Override
      public void deleted(Lease lease, boolean seen) {
        silence.gone(lease.getMetadata().getName(), System.nanoTime());
        leases.gone(lease.getMetadata().getName());
        WeftOperator.this.changed();
      }
    };
  }

  /** So that the next one need not wait until the Lease runs out. */
  private void giveLeadershipAway() {
    try {
      var lease = client.leases().inNamespace(settings.namespace()).withName(LEASE);
      var now = lease.get();
      if (now != null && settings.identity().equals(now.getSpec().getHolderIdentity())) {
        lease.patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"holderIdentity\":\"\",\"leaseDurationSeconds\":1}}");
      }
    } catch (KubernetesClientException e) {
      LOG.info("leadership not given away ({}); the Lease runs out by itself", e.getMessage());
    }
  }

  @Override
  public void close() {
    var led = leading && settings.leaderElection();
    lead(false);
    fence.revoke();
    loop.close();
    stopWatches();
    if (led) {
      awaitAndGiveAway();
    }
    publisher.close();
    names.close();
    leaseReader.close();
    election.close();
  }

  private void stopWatches() {
    try {
      josdk.stop();
    } catch (RuntimeException e) {
      LOG.info("the watches did not stop ({}); they end with the process", e.toString());
    }
  }

  private void awaitAndGiveAway() {
    try {
      if (loop.awaitEnd(GRACE)) {
        giveLeadershipAway();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
