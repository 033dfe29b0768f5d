package dev.weft.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was written a moment ago and has not come back through the watch yet. Without it a plan made
 * in between would not know of an address it has just given away.
 */
public final class RecentWrites<R extends HasMetadata> {
  private static final long GIVEN_UP_AFTER_NANOS = 30_000_000_000L;

  private record Write<R>(R object, long at) {}

  private final Map<String, Write<R>> writes = new ConcurrentHashMap<>();

  /** Notes an object as the API server answered it. */
  public void wrote(R object) {
    writes.put(object.getMetadata().getName(), new Write<>(object, System.nanoTime()));
  }

  /** Notes a deletion. */
  public void deleted(String name) {
    writes.remove(name);
  }

  /** The cached objects, with those of the own writes that are newer in their place. */
  public Map<String, R> over(Map<String, R> cached) {
    var merged = new TreeMap<>(cached);
    writes.forEach(
        (name, write) -> {
          var seen = cached.get(name);
          if (System.nanoTime() - write.at() > GIVEN_UP_AFTER_NANOS
              || (seen != null && version(seen) >= version(write.object()))) {
            writes.remove(name, write);
          } else {
            merged.put(name, write.object());
          }
        });
    return merged;
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }
}
