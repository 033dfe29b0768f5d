package dev.weft.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A controller that keeps a kind's objects in a cache and notifies that one of them changed. Level
 * triggered: which object it was matters only for deletions, which can't be seen in a cache.
 */
public class Watch<R extends HasMetadata> implements Reconciler<R> {
  /** What a watch tells; called on JOSDK's threads. */
  public interface Listener<R> {
    /** An object was added or changed, as it is now. */
    void changed(R object);

    /**
     * An object is gone.
     *
     * @param seen whether its deletion was seen, and not inferred after a gap in the watch
     */
    void deleted(R object, boolean seen);
  }

  private final Listener<R> listener;
  private volatile @Nullable IndexerResourceCache<R> cache;

  Watch(Listener<R> listener) {
    this.listener = listener;
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    cache = context.getPrimaryCache();
    return List.of();
  }

  @Override
  public UpdateControl<R> reconcile(R object, Context<R> context) {
    if (context.isPrimaryResourceDeleted()) {
      listener.deleted(object, !context.isPrimaryResourceFinalStateUnknown());
    } else {
      listener.changed(object);
    }
    return UpdateControl.noUpdate();
  }

  /** What the cache holds now, by name. Empty before the start. */
  public Map<String, R> objects() {
    var objects = new TreeMap<String, R>();
    var source = cache;
    if (source != null) {
      source.list(any -> true).forEach(o -> objects.put(o.getMetadata().getName(), o));
    }
    return objects;
  }
}
