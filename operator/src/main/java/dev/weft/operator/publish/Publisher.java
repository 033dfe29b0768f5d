package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.mesh.plan.MeshDecision;
import dev.weft.mesh.plan.MeshPlan;
import dev.weft.mesh.plan.PeerDecision;
import dev.weft.mesh.plan.gateway.Fate;
import dev.weft.mesh.view.MeshView;
import dev.weft.operator.Settings;
import dev.weft.operator.http.Metrics;
import dev.weft.operator.http.OperatorCatalog;
import dev.weft.operator.observe.DeletedNodes;
import dev.weft.operator.observe.Observation;
import dev.weft.operator.observe.RecentlyWritten;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a plan: only what differs from what is there, in the order that keeps traffic flowing.
 * What a mesh has in force comes first, then nodes in the plan's order (new gateways before
 * withdrawn ones), Peers, and last the deletions.
 */
public final class Publisher implements AutoCloseable {
  static final Duration AGGREGATE = Duration.ofSeconds(30);

  /** Between two writes of a mesh for the states of its gateways: a bad line changes them often. */
  static final Duration GATEWAYS = Duration.ofSeconds(5);

  static final Duration RETRY = Duration.ofSeconds(2);
  static final Duration HOLD_SAID_AFTER = Duration.ofSeconds(2);

  private final ParallelWrites parallel = new ParallelWrites();
  private final Writer writer;
  private final Keyring keyring;
  private final EventRecorder events;
  private final RemovalReasons removalReasons;
  private final Consumer<Observation> remember;
  private final Consumer<String> removed;
  private final Metrics metrics;
  private final NodeJudgement judgement = new NodeJudgement();
  private final Map<String, Long> meshWrittenAt = new HashMap<>();
  private final Map<String, Long> heldSince = new HashMap<>();
  private Duration next = AGGREGATE;

  /**
   * A publisher that has published nothing yet.
   *
   * @param settings namespaces, and who reports Events
   * @param fence passed before each write
   * @param eventFence passed before each Event, by a thread of its own
   * @param removed told of nodes that were taken out of their mesh on purpose
   */
  public static Publisher of(
      KubernetesClient client,
      RecentlyWritten written,
      Metrics metrics,
      DeletedNodes deletedNodes,
      Settings settings,
      Fence fence,
      Fence eventFence,
      Consumer<String> removed) {
    var writer = new Writer(client, written, metrics, settings.agentsNamespace(), fence);
    var peers = new Gone<>(client, Peer.class, "peers.weft.dev");
    var meshes = new Gone<>(client, WireGuardMesh.class, "wireguardmeshes.weft.dev");
    return new Publisher(
        writer,
        new Keyring(writer, settings.namespace(), settings.agentsNamespace(), peers),
        new EventRecorder(client, settings.identity(), metrics, eventFence),
        new RemovalReasons(deletedNodes, meshes),
        seen -> {
          peers.seen(seen.peers());
          meshes.seen(seen.meshes());
        },
        removed,
        metrics);
  }

  private Publisher(
      Writer writer,
      Keyring keyring,
      EventRecorder events,
      RemovalReasons removalReasons,
      Consumer<Observation> remember,
      Consumer<String> removed,
      Metrics metrics) {
    this.writer = writer;
    this.keyring = keyring;
    this.events = events;
    this.removalReasons = removalReasons;
    this.remember = remember;
    this.removed = removed;
    this.metrics = metrics;
  }

  /** Publishes; the time after which it wants to be called again even if nothing changes. */
  public Duration publish(Observation seen, MeshPlan plan) {
    next = AGGREGATE;
    remember.accept(seen);
    var now = System.nanoTime();
    var planned = new TreeMap<String, WireGuardNodeSpec>();
    plan.nodes().forEach(d -> d.spec().forEach(spec -> planned.put(d.name(), spec)));
    var removal = removalReasons.judge(seen, planned);
    var held = removal.held().keySet();
    heldSince.keySet().retainAll(held);
    var views = views(plan);
    var statuses = judgement.statuses(seen, plan, views, now);
    var ready = NodeJudgement.ready(seen, statuses);

    for (var decision : plan.meshes()) {
      var mesh = seen.meshes().get(decision.name());
      if (mesh != null) {
        publishMesh(seen, decision, mesh, views.get(decision.name()), ready, removal, now);
      }
    }
    publishNodes(seen, plan, held);
    var configs = new PeerConfigs(views, seen.secrets());
    plan.peers().forEach(decision -> publishPeer(seen, decision, configs, held));
    keyring.clear(seen);
    removal.delete().forEach(name -> remove(seen, name));
    var writes = new ArrayList<Runnable>();
    statuses.forEach(
        (name, status) -> {
          var node = seen.wireGuardNodes().get(name);
          if (node != null && !status.equals(node.getStatus())) {
            @Nullable WireGuardNodeStatus before = node.getStatus();
            tell(
                node,
                Transition.ofNode(
                    before == null ? List.of() : before.conditions(), status.conditions()));
            writes.add(() -> writer.nodeStatus(name, status));
          }
        });
    parallel.run(writes);
    wakeIn(events.tell(plan.problems(), (kind, name) -> object(seen, kind, name), now));

    metrics.state(OperatorCatalog.PROBLEMS, Census.problems(plan.problems()));
    metrics.state(OperatorCatalog.NODES, Census.nodes(seen, plan, statuses));
    metrics.state(OperatorCatalog.PEERS, Census.peers(seen));
    metrics.state(OperatorCatalog.HELD, held.size());
    metrics.state(OperatorCatalog.NOT_REDUNDANT, Census.notRedundant(seen));
    if (writer.takeFailures() > 0) {
      wakeIn(RETRY);
    }
    wakeIn(judgement.next(now));
    if (plan.replanAtEpochSecond() > 0) {
      var due = Instant.ofEpochSecond(plan.replanAtEpochSecond());
      wakeIn(Duration.between(Instant.now(), due).plusMillis(10));
    }
    return next;
  }

  private static Map<String, MeshView> views(MeshPlan plan) {
    var views = new TreeMap<String, MeshView>();
    plan.meshes().forEach(m -> plan.view(m.name()).ifPresent(v -> views.put(m.name(), v)));
    return views;
  }

  private void publishMesh(
      Observation seen,
      MeshDecision decision,
      WireGuardMesh mesh,
      @Nullable MeshView view,
      Set<String> ready,
      Removal removal,
      long now) {
    var missed = removal.held().getOrDefault(decision.name(), Set.of());
    if (!missed.isEmpty()) {
      var since = heldSince.computeIfAbsent(decision.name(), m -> now);
      if (now - since < HOLD_SAID_AFTER.toNanos()) {
        wakeIn(HOLD_SAID_AFTER);
        return;
      }
    }
    var facts =
        Optional.ofNullable(view)
            .map(
                v ->
                    MeshFacts.of(
                        v, ready, seen.reports(), seen.heardReports(), n -> fate(seen, n)));
    var status =
        MeshStatuses.of(
            mesh,
            decision,
            view == null ? "" : view.revision(),
            facts,
            missed,
            seen.frozen(decision.name()),
            seen.at());
    @Nullable WireGuardMeshStatus before = mesh.getStatus();
    if (status.equals(before)) {
      return;
    }
    var age = now - meshWrittenAt.getOrDefault(decision.name(), now - AGGREGATE.toNanos());
    var pause = MeshStatuses.differInGateways(before, status) ? GATEWAYS : AGGREGATE;
    if (MeshStatuses.differUrgently(before, status) || age >= pause.toNanos()) {
      List<Condition> said = before == null ? List.of() : before.conditions();
      tell(mesh, Transition.ofMesh(said, status.conditions()));
      tell(mesh, Transition.ofFailover(said, status.conditions()));
      writer.meshStatus(decision.name(), status);
      meshWrittenAt.put(decision.name(), now);
    } else {
      wakeIn(pause.minusNanos(age));
    }
  }

  private static Set<String> fate(Observation seen, String name) {
    var node = seen.nodes().get(name);
    return node == null
        ? Set.of()
        : Fate.of(Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of()));
  }

  /** Gateways first, and members when all of them are written: no location is ever without one. */
  private void publishNodes(Observation seen, MeshPlan plan, Set<String> held) {
    var gateways = new ArrayList<Runnable>();
    var members = new ArrayList<Runnable>();
    for (var decision : plan.nodes()) {
      for (var spec : decision.spec()) {
        var writes = spec.role() == NodeRole.GATEWAY ? gateways : members;
        publishNode(seen, decision.name(), spec, held).ifPresent(writes::add);
      }
    }
    parallel.run(gateways);
    parallel.run(members);
  }

  /** What is to be written of a node; empty: nothing. */
  private Optional<Runnable> publishNode(
      Observation seen, String name, WireGuardNodeSpec spec, Set<String> held) {
    var mesh = seen.meshes().get(spec.mesh());
    if (mesh == null || held.contains(spec.mesh())) {
      return Optional.empty();
    }
    var published = seen.wireGuardNodes().get(name);
    if (published == null) {
      return Optional.of(() -> writer.node(name, spec));
    }
    var before = published.getSpec();
    if (!before.mesh().equals(spec.mesh())) {
      return held.contains(before.mesh())
          ? Optional.empty()
          : Optional.of(
              () -> {
                if (writer.deleteNode(name)) {
                  writer.node(name, spec);
                }
              });
    }
    if (before.equals(spec)) {
      return published.getMetadata().getOwnerReferences().isEmpty()
          ? Optional.empty()
          : Optional.of(() -> writer.disown(name));
    }
    tellRole(mesh, name, before, spec);
    return Optional.of(() -> change(name, before, spec));
  }

  /** What the API server refuses as invalid is published without what is new in it. */
  private void change(String name, WireGuardNodeSpec before, WireGuardNodeSpec spec) {
    if (!writer.node(name, spec)) {
      var less = Withdrawal.of(before, spec);
      if (!less.equals(before)) {
        writer.node(name, less);
      }
    }
  }

  private void tell(HasMetadata object, Optional<Transition> transition) {
    transition.ifPresent(t -> events.record(object, t.type(), t.reason(), t.note()));
  }

  private void tellRole(
      WireGuardMesh mesh, String name, WireGuardNodeSpec before, WireGuardNodeSpec after) {
    if (before.role() != after.role()) {
      var gateway = after.role() == NodeRole.GATEWAY;
      events.record(
          mesh,
          "Normal",
          gateway ? "GatewayChosen" : "GatewayWithdrawn",
          "node "
              + name
              + (gateway ? " is now a gateway" : " is no longer a gateway")
              + " of location "
              + after.location());
    }
  }

  private void publishPeer(
      Observation seen, PeerDecision decision, PeerConfigs configs, Set<String> held) {
    var peer = seen.peers().get(decision.name());
    if (peer == null) {
      return;
    }
    var before = peer.getStatus();
    var effective = before == null ? null : before.effective();
    boolean isHeld =
        (effective != null && held.contains(effective.mesh()))
            || decision.effective().stream().anyMatch(e -> held.contains(e.mesh()));
    if (isHeld && !isWithdrawn(peer, seen.at())) {
      return;
    }
    var status =
        PeerStatuses.of(peer, decision, seen.trustedReports(), configs.state(peer), seen.at());
    if (!status.equals(before)) {
      writer.peerStatus(decision.name(), status);
    }
    keyring.keep(peer, decision, configs);
    var expiresAt = decision.effective().isEmpty() ? null : decision.effective().getFirst();
    if (expiresAt != null && expiresAt.expiresAt() != null) {
      wakeAt(expiresAt.expiresAt(), seen);
    }
  }

  /** Whether its owner wants it off: that is never held. */
  private static boolean isWithdrawn(Peer peer, Instant now) {
    var spec = peer.getSpec();
    if (Boolean.TRUE.equals(spec.disabled())) {
      return true;
    }
    var end = spec.expiresAt();
    try {
      return end != null && !java.time.OffsetDateTime.parse(end).toInstant().isAfter(now);
    } catch (java.time.DateTimeException e) {
      return false;
    }
  }

  private void wakeAt(String time, Observation seen) {
    try {
      var left = Duration.between(seen.at(), java.time.OffsetDateTime.parse(time).toInstant());
      if (left.isPositive()) {
        wakeIn(left.plusSeconds(1));
      }
    } catch (java.time.DateTimeException e) {
      // the planner has said so
    }
  }

  private void remove(Observation seen, String name) {
    removed.accept(name);
    if (writer.deleteNode(name) && !seen.nodes().containsKey(name)) {
      writer.deleteRemains(name);
    }
  }

  private void wakeIn(Duration delay) {
    if (delay.compareTo(next) < 0) {
      next = delay;
    }
  }

  private static @Nullable HasMetadata object(Observation seen, String kind, String name) {
    return switch (kind) {
      case "WireGuardMesh" -> seen.meshes().get(name);
      case "Peer" -> seen.peers().get(name);
      case "Node" -> seen.nodes().get(name);
      case "WireGuardNode" -> seen.wireGuardNodes().get(name);
      case "NodeReport" -> seen.reports().get(name);
      default -> null;
    };
  }

  @Override
  public void close() {
    parallel.close();
    events.close();
  }
}
