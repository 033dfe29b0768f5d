package dev.weft.agent.view;

import dev.weft.mesh.key.PresharedKey;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secrets with preshared keys that this node needs, each watched by its name alone. A key that
 * was known stays in use while its Secret cannot be read.
 */
public final class PresharedKeyWatch implements AutoCloseable {
  /** The key within the Secret. */
  public static final String FIELD = "presharedKey";

  private static final Logger LOG = LoggerFactory.getLogger(PresharedKeyWatch.class);

  private final KubernetesClient client;
  private final String namespace;
  private final Runnable changed;
  private final Map<String, SharedIndexInformer<Secret>> informers = new HashMap<>();
  private final Map<String, PresharedKey> keys = new ConcurrentHashMap<>();

  /**
   * Watches nothing yet.
   *
   * @param known keys from the checkpoint
   * @param changed called on every change; must not block
   */
  public PresharedKeyWatch(
      KubernetesClient client,
      String namespace,
      Map<String, PresharedKey> known,
      Runnable changed) {
    this.client = client;
    this.namespace = namespace;
    this.changed = changed;
    keys.putAll(known);
  }

  /** Watches exactly these Secrets from now on; called by one thread. */
  public void follow(Set<String> names) {
    for (var name : Set.copyOf(informers.keySet())) {
      if (!names.contains(name)) {
        var gone = informers.remove(name);
        if (gone != null) {
          gone.stop();
        }
        keys.remove(name);
      }
    }
    for (var name : names) {
      informers.computeIfAbsent(name, this::start);
    }
  }

  private SharedIndexInformer<Secret> start(String name) {
    var informer = client.secrets().inNamespace(namespace).withName(name).runnableInformer(0);
    informer.addEventHandler(new Keys(name));
    var ignored = informer.exceptionHandler((started, t) -> true).start();
    return informer;
  }

  /** Whether every Secret followed was looked for. */
  public boolean synced() {
    return informers.values().stream().allMatch(SharedIndexInformer::hasSynced);
  }

  /** By name of the Secret. */
  public Map<String, PresharedKey> keys() {
    return Map.copyOf(keys);
  }

  @Override
  public void close() {
    informers.values().forEach(SharedIndexInformer::stop);
    informers.clear();
  }

  private void take(Secret secret) {
    var name = secret.getMetadata().getName();
    var data = secret.getData() == null ? null : secret.getData().get(FIELD);
    try {
      if (data == null) {
        throw new IllegalArgumentException("it has no field " + FIELD);
      }
      var text = new String(Base64.getDecoder().decode(data), StandardCharsets.US_ASCII).strip();
      keys.put(name, PresharedKey.parse(text));
    } catch (IllegalArgumentException e) {
      keys.remove(name);
      LOG.warn(
          "Secret {}/{} holds no preshared key: put what 'wg genpsk' prints under {}; its Peers"
              + " are left out",
          namespace,
          name,
          FIELD);
    }
    changed.run();
  }

  private final class Keys implements ResourceEventHandler<Secret> {
    private final String name;

    Keys(String name) {
      this.name = name;
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
      keys.remove(secret.getMetadata().getName());
      changed.run();
    }

    /** Listed, and not there: a key from the checkpoint is over. */
    @Override
    public void onNothing() {
      keys.remove(name);
      changed.run();
    }
  }
}
