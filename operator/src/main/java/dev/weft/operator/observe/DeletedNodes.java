package dev.weft.operator.observe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Nodes whose deletion was seen in the watch, and that have not come back. Thread-safe. */
public final class DeletedNodes {
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** A deletion was seen. */
  public void deleted(String name) {
    names.add(name);
  }

  /** It is there. */
  public void present(String name) {
    names.remove(name);
  }

  /** Whether its deletion was seen. */
  public boolean contains(String name) {
    return names.contains(name);
  }
}
