package dev.weft.operator;

import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.operator.http.HttpEndpoint;
import dev.weft.operator.http.Metrics;
import dev.weft.operator.http.OperatorCatalog;
import dev.weft.operator.loop.PlanLoop;
import dev.weft.operator.observe.ClusterObserver;
import dev.weft.operator.observe.DeletedNodes;
import dev.weft.operator.observe.LeaseClock;
import dev.weft.operator.observe.NameResolution;
import dev.weft.operator.observe.RecentlyWritten;
import dev.weft.operator.observe.Vitality;
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
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator, put together: watches fill caches and wake the loop; the loop observes, plans and
 * publishes. It plans only while it leads, for JOSDK calls no watch's reconciler before.
 */
public final class WeftOperator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WeftOperator.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

  private static final String LEASE = "weft-operator";

  private final KubernetesClient client;
  private final Settings settings;
  private final Metrics metrics = new Metrics(version());
  private final DeletedNodes deletedNodes = new DeletedNodes();
  private final LeaseClock leases = new LeaseClock();
  private final Vitality vitality;
  private final NameResolution names;
  private final ClusterObserver observer;
  private final Publisher publisher;
  private final PlanLoop loop;
  private final Operator josdk;
  private final HttpEndpoint http;
  private volatile boolean synced;
  private volatile boolean leading;
  private final CountDownLatch lost = new CountDownLatch(1);

  /**
   * Puts it together; nothing runs yet but the HTTP endpoint.
   *
   * @throws IOException if the HTTP address can't be had
   */
  public WeftOperator(KubernetesClient client, Settings settings) throws IOException {
    this.client = client;
    this.settings = settings;
    loop = new PlanLoop(this::reconcile);
    names = new NameResolution(this::changed);
    vitality =
        new Vitality(
            leases,
            node -> client.leases().inNamespace(settings.agentsNamespace()).withName(node).get());
    var written = RecentlyWritten.none();
    var watches = Watches.of(this::changed, written, nodeListener(), leaseListener());
    observer = new ClusterObserver(watches, written, vitality, names);
    publisher = Publisher.of(client, written, metrics, deletedNodes, settings);
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
                        .withLeaseDuration(Duration.ofSeconds(15))
                        .withRenewDeadline(Duration.ofSeconds(10))
                        .withRetryPeriod(Duration.ofSeconds(2))
                        .withLeaderCallbacks(
                            new LeaderCallbacks(() -> {}, this::lostLeadership, leader -> {}))
                        .withExitOnStopLeading(false)
                        .build());
              }
            });
    watches.register(josdk, settings.namespace(), settings.agentsNamespace());
    http =
        new HttpEndpoint(
            settings.httpHost(), settings.httpPort(), loop::isHealthy, () -> synced, metrics);
  }

  /** Waits for the CRDs, syncs the caches, stands for election and, once leading, plans. */
  public void start() throws InterruptedException {
    Prerequisites.await(client);
    loop.start();
    josdk.start();
    synced = true;
    LOG.info("started; health and metrics on port {}", http.port());
    loop.changed();
  }

  /** Counters and gauges. */
  public Metrics metrics() {
    return metrics;
  }

  /** Port of health and metrics. */
  public int httpPort() {
    return http.port();
  }

  /** Waits until another operator may lead. */
  void awaitLostLeadership() throws InterruptedException {
    lost.await();
  }

  private void lead(boolean now) {
    leading = now;
    metrics.leading(now);
  }

  private static String version() {
    var version = WeftOperator.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private void lostLeadership() {
    lead(false);
    lost.countDown();
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
      metrics.state(OperatorCatalog.FROZEN, vitality.frozen().size());
      var lives = vitality.next(System.nanoTime());
      return lives.compareTo(next) < 0 ? lives : next;
    } catch (RuntimeException e) {
      // a fault in one plan must not end the loop; the next event or the retry plans anew
      metrics.faulted();
      LOG.error("planning failed; trying again in {} s", AFTER_A_FAULT.toSeconds(), e);
      return AFTER_A_FAULT;
    } finally {
      metrics.planned(planning, System.nanoTime());
    }
  }

  private void changed() {
    lead(lost.getCount() > 0); // JOSDK calls no reconciler before it leads
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
        if (leases.heard(lease, System.nanoTime())) {
          WeftOperator.this.changed();
        }
      }

      @Override
      public void deleted(Lease lease, boolean seen) {
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
    josdk.stop();
    loop.close();
    if (led) {
      giveLeadershipAway();
    }
    names.close();
    http.close();
  }
}
