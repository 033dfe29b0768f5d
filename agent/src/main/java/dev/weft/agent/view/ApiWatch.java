package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Informers on the kinds that every agent watches. They list again after a lost watch or 410 Gone
 * by themselves, and try for ever; the listener is called from their threads on every change.
 */
public final class ApiWatch implements AutoCloseable {
  private final KubernetesClient client;
  private final String nodeName;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private final Set<String> deletedMeshes = ConcurrentHashMap.newKeySet();
  private volatile List<SharedIndexInformer<?>> informers = List.of();

  private volatile @org.jspecify.annotations.Nullable Informers current;

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
  }

  /** Starts, or starts anew with empty stores after a connection that may have died silently. */
  public synchronized void restart() {
    stop();
    var meshes = client.resources(WireGuardMesh.class).runnableInformer(0);
    var nodes = client.resources(WireGuardNode.class).runnableInformer(0);
    var peers = client.resources(Peer.class).runnableInformer(0);
    var own = client.nodes().withName(nodeName).runnableInformer(0);
    meshes.addEventHandler(new MeshDeletions());
    informers = List.of(meshes, nodes, peers, own);
    current = new Informers(meshes, nodes, peers, own);
    start(meshes);
    start(nodes);
    start(peers);
    start(own);
  }

  private <T extends HasMetadata> void start(SharedIndexInformer<T> informer) {
    informer.addEventHandler(new Wake<>());
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
    for (var peer : now.peers().getStore().list()) {
      var status = peer.getStatus();
      var effective = status == null ? null : status.effective();
      if (effective != null) {
        peers.put(peer.getMetadata().getName(), effective);
      }
    }
    return new ApiState(synced, meshes, deletedMeshes, nodes, peers, podCIDRs(now.ownNode()));
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

  /** Ends all watches; what was told is forgotten, but for meshes seen to be deleted. */
  public synchronized void stop() {
    informers.forEach(SharedIndexInformer::stop);
    informers = List.of();
    current = null;
  }

  @Override
  public void close() {
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

  private final class MeshDeletions implements ResourceEventHandler<WireGuardMesh> {
    @Override
    public void onAdd(WireGuardMesh mesh) {
      deletedMeshes.remove(mesh.getMetadata().getName());
    }

    @Override
    public void onUpdate(WireGuardMesh before, WireGuardMesh after) {
      deletedMeshes.remove(after.getMetadata().getName());
    }

    @Override
    public void onDelete(WireGuardMesh mesh, boolean missedTheEvent) {
      // Gone at a new list is not an explicit deletion: nobody knows why.
      if (!missedTheEvent) {
        deletedMeshes.add(mesh.getMetadata().getName());
      }
    }
  }
}
