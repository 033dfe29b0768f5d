package dev.weft.operator.publish;

import dev.weft.runtime.client.Definition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Whether an object of a kind was deleted for itself; false where that can't be told. Where its CRD
 * is gone or was made anew since, every object of the kind went with it, and none of them was
 * meant. One thread.
 */
final class Gone<R extends HasMetadata> implements Predicate<String> {
  private static final int REMEMBERED = 10_000;

  private final KubernetesClient client;
  private final Class<R> kind;
  private final Definition definition;
  private final Map<String, String> createdAt = new HashMap<>();

  /**
   * Looks which definition there is, before anything can have happened to it.
   *
   * @param definition name of the CRD
   */
  Gone(KubernetesClient client, Class<R> kind, String definition) {
    this.client = client;
    this.kind = kind;
    this.definition = new Definition(client, definition);
    this.definition.look();
  }

  /** Remembers when those that are there were made; so many that are gone stay remembered. */
  void seen(Map<String, R> objects) {
    if (createdAt.size() > objects.size() + REMEMBERED) {
      createdAt.keySet().retainAll(objects.keySet());
    }
    objects.forEach(
        (name, object) ->
            createdAt.put(
                name, Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), "")));
  }

  @Override
  public boolean test(String name) {
    try {
      return client.resources(kind).withName(name).get() == null
          && definition.look(createdAt.getOrDefault(name, "")) == Definition.State.STANDS;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
