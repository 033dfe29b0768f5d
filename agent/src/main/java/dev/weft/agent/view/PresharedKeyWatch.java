package dev.weft.agent.view;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.runtime.client.StrippingStore;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The preshared keys that this node needs, by one watch of all Secrets of their namespace, and none
 * while it needs no key. A key that was known stays in use while Secrets can't be read, and when
 * its Secret is gone: that a Secret is missing revokes no Peer.
 */
public final class PresharedKeyWatch implements AutoCloseable {
  /** The key within the Secret. */
  public static final String FIELD = "presharedKey";

  private static final Logger LOG = LoggerFactory.getLogger(PresharedKeyWatch.class);

  private final KubernetesClient client;
  private final String namespace;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private final Map<String, PresharedKey> remembered = new ConcurrentHashMap<>();
  private volatile Set<String> wanted = Set.of();
  private volatile @Nullable Watched current;
  private @Nullable Watched next;
  private volatile boolean stale;

  /**
   * Watches nothing yet.
   *
   * @param known keys from the checkpoint
   * @param changed called on every change; must not block
   * @param failed called when a list or watch failed and will be tried again; must not block
   */
  public PresharedKeyWatch(
      KubernetesClient client,
      String namespace,
      Map<String, PresharedKey> known,
      Runnable changed,
      Consumer<Throwable> failed) {
    this.client = client;
    this.namespace = namespace;
    this.changed = changed;
    this.failed = failed;
    remembered.putAll(known);
  }

  /** Needs exactly these Secrets from now on; called by one thread. */
  public void follow(Set<String> names) {
    wanted = Set.copyOf(names);
    remembered.keySet().retainAll(wanted);
    if (names.isEmpty()) {
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

  /** Begins the watch anew, by the next {@link #follow}; what is known stays. Any thread. */
  public void restart() {
    stale = true;
  }

  /** Whether the Secrets needed were looked for. */
  public boolean synced() {
    var now = current;
    return now == null || now.synced();
  }

  /** By name of the Secret, those needed. */
  public Map<String, PresharedKey> keys() {
    var keys = new HashMap<>(remembered);
    var now = current;
    if (now != null && now.synced()) {
      keys.putAll(now.keys);
      keys.keySet().removeAll(now.broken);
      remembered.keySet().removeAll(now.broken);
    }
    keys.keySet().retainAll(wanted);
    remembered.putAll(keys);
    return Map.copyOf(keys);
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
      watched.informer.stop();
    }
  }

  private static Secret onlyTheKey(Secret secret) {
    var data = secret.getData();
    secret.setData(
        data != null && data.containsKey(FIELD) ? Map.of(FIELD, data.get(FIELD)) : Map.of());
    return secret;
  }

  /** One run of the watch; what it knows goes with it. */
  private final class Watched implements ResourceEventHandler<Secret> {
    private final Map<String, PresharedKey> keys = new ConcurrentHashMap<>();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final SharedIndexInformer<Secret> informer;

    Watched() {
      informer = client.secrets().inNamespace(namespace).runnableInformer(0);
      informer.itemStore(new StrippingStore<>(a -> false, PresharedKeyWatch::onlyTheKey));
      informer.addEventHandler(this);
      ApiWatch.begin(informer, changed, failed);
    }

    boolean synced() {
      return informer.hasSynced();
    }

    @Override
    public void onAdd(Secret secret) {
      take(secret);
    }

    @Override
    public void onUpdate(Secret before, Secret after) {
      take(after);
    }

    @Override
    public void onDelete(Secret secret, boolean missedTheEvent) {
      // What is known of it stays in use.
    }

    private void take(Secret secret) {
      var name = secret.getMetadata().getName();
      var key = read(secret);
      if (key.isEmpty() && wanted.contains(name)) {
        LOG.warn(
            "Secret {}/{} holds no preshared key: put what 'wg genpsk' prints under {}; its Peers"
                + " are left out",
            namespace,
            name,
            FIELD);
      }
      put(name, key);
    }

    private void put(String name, Optional<PresharedKey> key) {
      boolean differs;
      if (key.isPresent()) {
        differs = !key.get().equals(keys.put(name, key.get()));
        differs |= broken.remove(name);
      } else {
        differs = broken.add(name);
        keys.remove(name);
      }
      if (wanted.contains(name) && differs) {
        changed.run();
      }
    }

    private static Optional<PresharedKey> read(Secret secret) {
      var data = secret.getData() == null ? null : secret.getData().get(FIELD);
      if (data == null) {
        return Optional.empty();
      }
      try {
        var text = new String(Base64.getDecoder().decode(data), StandardCharsets.US_ASCII).strip();
        return Optional.of(PresharedKey.parse(text));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }
}
