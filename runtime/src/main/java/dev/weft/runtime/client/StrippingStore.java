package dev.weft.runtime.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an informer keeps, without what no one here reads: managed fields, annotations of others,
 * and what else is stripped. Anyone may write a Node's or a Peer's annotations, 256 KiB of them.
 */
public final class StrippingStore<T extends HasMetadata> extends BasicItemStore<T> {
  private final Predicate<String> annotations;
  private final UnaryOperator<T> strip;

  /**
   * A store.
   *
   * @param annotations keys of the annotations that are kept
   * @param strip takes more away from an object, which it may change
   */
  public StrippingStore(Predicate<String> annotations, UnaryOperator<T> strip) {
    super(Cache::metaNamespaceKeyFunc);
    this.annotations = annotations;
    this.strip = strip;
  }

  @Override
  public @Nullable T put(String key, T object) {
    var metadata = object.getMetadata();
    metadata.setManagedFields(List.of());
    if (metadata.getAnnotations() != null) {
      var kept = new HashMap<>(metadata.getAnnotations());
      kept.keySet().removeIf(annotations.negate());
      metadata.setAnnotations(kept);
    }
    return super.put(key, strip.apply(object));
  }
}
