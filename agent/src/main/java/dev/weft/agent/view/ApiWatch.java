package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.runtime.client.Definition;
import dev.weft.runtime.client.StrippingStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Informers on the kinds that every agent watches. They list again after a lost watch or 410 Gone
 * by themselves, and try for ever; the listener is called from their threads on every change.
 */
public final class ApiWatch implements AutoCloseable {
  /** Reason of the condition Accepted of a Peer whose keys the operator is making. */
  private static final String KEY_PENDING = "KeyPending";

  private final KubernetesClient client;
  private final String nodeName;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private final Deletions<WireGuardMesh> meshDeletions;
  private final Deletions<Peer> peerDeletions;
  private volatile List<SharedIndexInformer<?>> informers = List.of();

  private volatile @Nullable Informers current;

  private record Informers(
      SharedIndexInformer<WireGuardMesh> meshes,
      SharedIndexInformer<WireGuardNode> nodes,
      SharedIndexInformer<Peer> peers,
      SharedIndexInformer<Node> ownNode) {}

  /**
   * A watch that is not started.
   *
   * @param changed called on every change; must not block
   * @param failed called when a list or watch failed and will be tried again; must not block
   */
  public ApiWatch(
      KubernetesClient client, String nodeName, Runnable changed, Consumer<Throwable> failed) {
    this.client = client;
    this.nodeName = nodeName;
    this.changed = changed;
    this.failed = failed;
    this.meshDeletions =
        new Deletions<>(
            new Definition(client, "wireguardmeshes.weft.dev"), false, mesh -> true, changed);
    // A revocation is worth more than a Peer that could be kept.
    this.peerDeletions =
        new Deletions<>(
            new Definition(client, "peers.weft.dev"),
            true,
            peer -> isDecided(peer.getStatus()),
            changed);
  }

  /** Starts, or starts anew with empty stores after a connection that may have died silently. */
  public synchronized void restart() {
    stop();
    var meshes = client.resources(WireGuardMesh.class).runnableInformer(0);
    var nodes = client.resources(WireGuardNode.class).runnableInformer(0);
    var peers = client.resources(Peer.class).runnableInformer(0);
    var own = client.nodes().withName(nodeName).runnableInformer(0);
    meshes.addEventHandler(meshDeletions);
    peers.addEventHandler(peerDeletions);
    meshDeletions.learn();
    peerDeletions.learn();
    informers = List.of(meshes, nodes, peers, own);
    current = new Informers(meshes, nodes, peers, own);
    start(meshes);
    start(nodes);
    start(peers);
    start(own);
  }

  private <T extends HasMetadata> void start(SharedIndexInformer<T> informer) {
    informer.addEventHandler(new Wake<>());
    informer.itemStore(new StrippingStore<>(annotation -> false, UnaryOperator.identity()));
    begin(informer, changed, failed);
  }

  /** Starts an informer that tries again for ever. */
  static void begin(SharedIndexInformer<?> informer, Runnable changed, Consumer<Throwable> failed) {
    var ignored =
        informer
            .exceptionHandler(
                (started, t) -> {
                  failed.accept(t);
                  return true;
                })
            .start()
            .whenComplete((v, t) -> changed.run());
  }

  /** What is known now. */
  public ApiState state() {
    var now = current;
    if (now == null) {
      return ApiState.NOTHING;
    }
    boolean synced = informers.stream().allMatch(SharedIndexInformer::hasSynced);
    Map<String, MeshObject> meshes = new HashMap<>();
    for (var mesh : now.meshes().getStore().list()) {
      meshes.put(mesh.getMetadata().getName(), meshObject(mesh));
    }
    Map<String, WireGuardNodeSpec> nodes = new HashMap<>();
    for (var node : now.nodes().getStore().list()) {
      if (node.getSpec() != null) {
        nodes.put(node.getMetadata().getName(), node.getSpec());
      }
    }
    Map<String, EffectivePeer> peers = new HashMap<>();
    var revoked = new HashSet<>(peerDeletions.meant());
    var lost = new HashSet<>(peerDeletions.accidental());
    for (var peer : now.peers().getStore().list()) {
      var status = peer.getStatus();
      var effective = status == null ? null : status.effective();
      if (effective != null) {
        peers.put(peer.getMetadata().getName(), effective);
      } else if (isDecided(status)) {
        revoked.add(peer.getMetadata().getName());
      } else {
        // Made again, as from a backup: what was in force before stays until that is decided.
        lost.add(peer.getMetadata().getName());
      }
    }
    return new ApiState(
        synced,
        meshes,
        meshDeletions.meant(),
        nodes,
        peers,
        revoked,
        lost.stream().filter(name -> !revoked.contains(name)).collect(Collectors.toSet()),
        podCIDRs(now.ownNode()));
  }

  /** Whether the operator has decided about a Peer; it has not while keys are being made for it. */
  private static boolean isDecided(@Nullable PeerStatus status) {
    return status != null
        && (status.effective() != null
            || status.conditions().stream().noneMatch(c -> KEY_PENDING.equals(c.getReason())));
  }

  private static MeshObject meshObject(WireGuardMesh mesh) {
    var spec = mesh.getSpec() == null ? WireGuardMeshSpec.DEFAULT : mesh.getSpec();
    var status = mesh.getStatus();
    if (status == null) {
      return new MeshObject(spec, Optional.empty(), -1);
    }
    var nodes = status.nodes();
    return new MeshObject(
        spec, Optional.ofNullable(status.effective()), nodes == null ? -1 : nodes);
  }

  private static Optional<List<String>> podCIDRs(SharedIndexInformer<Node> own) {
    return own.getStore().list().stream()
        .findFirst()
        .map(
            node -> {
              var spec = node.getSpec();
              if (spec == null) {
                return List.<String>of();
              }
              var many = spec.getPodCIDRs();
              if (many != null && !many.isEmpty()) {
                return List.copyOf(many);
              }
              return spec.getPodCIDR() == null ? List.<String>of() : List.of(spec.getPodCIDR());
            });
  }

  /** Ends all watches; what was read is forgotten, but for meshes seen to be deleted. */
  public synchronized void stop() {
    informers.forEach(SharedIndexInformer::stop);
    informers = List.of();
    current = null;
  }

  @Override
  public void close() {
    meshDeletions.close();
    peerDeletions.close();
    stop();
  }

  private final class Wake<T> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      changed.run();
    }

    @Override
    public void onUpdate(T before, T after) {
      changed.run();
    }

    @Override
    public void onDelete(T object, boolean missedTheEvent) {
      changed.run();
    }

    @Override
    public void onNothing() {
      changed.run();
    }
  }
}
