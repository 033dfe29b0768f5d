package dev.weft.agent.view;

import dev.weft.mesh.egress.LocalPod;
import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.client.StrippingStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods of the own node, and the labels of all namespaces: watched only while the mesh has rules
 * that choose among pods. Every agent sees its own node's pods alone, so that what changes often is
 * told to one node and not to all.
 */
public final class PodWatch implements AutoCloseable {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private final KubernetesClient client;
  private final String nodeName;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private @Nullable Watched current;
  private @Nullable Watched next;
  private volatile boolean stale;

  /**
   * Watches nothing yet.
   *
   * @param changed called when a pod's addresses or labels, or a namespace's labels, have changed;
   *     must not block
   * @param failed called when a list or watch failed and will be tried again; must not block
   */
  public PodWatch(
      KubernetesClient client, String nodeName, Runnable changed, Consumer<Throwable> failed) {
    this.client = client;
    this.nodeName = nodeName;
    this.changed = changed;
    this.failed = failed;
  }

  /** Watches from now on, or no longer; called by one thread. */
  public void follow(boolean needed) {
    if (!needed) {
      close();
      return;
    }
    if (current == null) {
      current = new Watched();
    } else if (stale) {
      stop(next);
      next = new Watched();
    }
    stale = false;
    var fresh = next;
    if (fresh != null && fresh.synced()) {
      stop(current);
      current = fresh;
      next = null;
    }
  }

  /** Begins the watches anew, by the next {@link #follow}; what is known stays. Any thread. */
  public void restart() {
    stale = true;
  }

  /** Whether all that is watched has been listed; called by the thread that follows. */
  public boolean synced() {
    return current == null || current.synced();
  }

  /** Pods of the own node with addresses of their own; called by the thread that follows. */
  public List<LocalPod> pods() {
    return current == null ? List.of() : List.copyOf(current.pods.values());
  }

  /** Labels by namespace; called by the thread that follows. */
  public Map<String, Map<String, String>> namespaces() {
    return current == null ? Map.of() : Map.copyOf(current.namespaces);
  }

  /** Empty where it has no address of its own, or no longer. */
  static Optional<LocalPod> read(Pod pod) {
    var spec = pod.getSpec();
    var status = pod.getStatus();
    if (spec == null
        || status == null
        || Boolean.TRUE.equals(spec.getHostNetwork())
        || ENDED.contains(String.valueOf(status.getPhase()))) {
      return Optional.empty();
    }
    var addresses =
        status.getPodIPs() == null
            ? List.<IpAddress>of()
            : status.getPodIPs().stream().flatMap(ip -> address(ip.getIp())).toList();
    var name = pod.getMetadata().getName();
    return addresses.isEmpty()
        ? Optional.empty()
        : labels(pod).map(l -> new LocalPod(pod.getMetadata().getNamespace(), name, l, addresses));
  }

  private static Stream<IpAddress> address(String text) {
    try {
      return Stream.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Stream.empty(); // the API server accepts none of these
    }
  }

  private static Optional<Map<String, String>> labels(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return Optional.of(labels == null ? Map.of() : Map.copyOf(labels));
  }

  @Override
  public void close() {
    stop(current);
    stop(next);
    current = null;
    next = null;
  }

  private static void stop(@Nullable Watched watched) {
    if (watched != null) {
      watched.informers.forEach(SharedIndexInformer::stop);
    }
  }

  /** One run of the watches; what it knows goes with it, so that no late event is taken in. */
  private final class Watched {
    private final Map<String, LocalPod> pods = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> namespaces = new ConcurrentHashMap<>();
    private final List<SharedIndexInformer<?>> informers;

    Watched() {
      var ownPods =
          client.pods().inAnyNamespace().withField("spec.nodeName", nodeName).runnableInformer(0);
      var allNamespaces = client.namespaces().runnableInformer(0);
      ownPods.itemStore(new StrippingStore<>(a -> false, UnaryOperator.identity()));
      allNamespaces.itemStore(new StrippingStore<>(a -> false, UnaryOperator.identity()));
      ownPods.addEventHandler(new Known<>(pods, PodWatch::read));
      allNamespaces.addEventHandler(new Known<>(namespaces, PodWatch::labels));
      informers = List.of(ownPods, allNamespaces);
      informers.forEach(i -> ApiWatch.begin(i, changed, failed));
    }

    boolean synced() {
      return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }
  }

  /** Keeps what is known of each object of a kind. */
  private final class Known<T extends HasMetadata, V> implements ResourceEventHandler<T> {
    private final Map<String, V> values;
    private final Function<T, Optional<V>> read;

    Known(Map<String, V> values, Function<T, Optional<V>> read) {
      this.values = values;
      this.read = read;
    }

    @Override
    public void onAdd(T object) {
      var value = read.apply(object);
      var before =
          value.isPresent() ? values.put(key(object), value.get()) : values.remove(key(object));
      if (!Optional.ofNullable(before).equals(value)) {
        changed.run();
      }
    }

    @Override
    public void onUpdate(T before, T after) {
      onAdd(after);
    }

    @Override
    public void onDelete(T object, boolean missedTheEvent) {
      if (values.remove(key(object)) != null) {
        changed.run();
      }
    }

    /** A namespace is in none. */
    private static String key(HasMetadata object) {
      var namespace = object.getMetadata().getNamespace();
      var name = object.getMetadata().getName();
      return namespace == null ? name : namespace + "/" + name;
    }
  }
}
