package dev.weft.operator.observe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Which DNS names don't resolve, found out beside the loop: a slow resolver holds nothing up. A
 * name counts as resolving until it is known not to.
 */
public final class NameResolution implements AutoCloseable {
  private static final long GOOD_FOR_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long BAD_FOR_NANOS = TimeUnit.SECONDS.toNanos(30);

  private record Answer(boolean resolves, long at, boolean pending) {
    boolean isStale(long now) {
      return !pending && now - at > (resolves ? GOOD_FOR_NANOS : BAD_FOR_NANOS);
    }
  }

  private final ConcurrentHashMap<String, Answer> answers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Runnable changed;

  /** Calls {@code changed} whenever an answer differs from the one before. */
  public NameResolution(Runnable changed) {
    this.changed = changed;
  }

  /** Those of the names that are known not to resolve; asks for what isn't known or is stale. */
  public Set<String> unresolved(Set<String> names) {
    answers.keySet().retainAll(names);
    var unresolved = new TreeSet<String>();
    var now = System.nanoTime();
    for (var name : names) {
      var answer = answers.get(name);
      if (answer == null || answer.isStale(now)) {
        answers.put(name, new Answer(answer == null || answer.resolves(), now, true));
        threads.execute(() -> ask(name, answer == null || answer.resolves()));
      }
      if (answer != null && !answer.resolves()) {
        unresolved.add(name);
      }
    }
    return unresolved;
  }

  private void ask(String name, boolean before) {
    boolean resolves;
    try {
      resolves = InetAddress.getAllByName(name).length > 0;
    } catch (UnknownHostException e) {
      resolves = false;
    }
    answers.replace(name, new Answer(resolves, System.nanoTime(), false));
    if (resolves != before) {
      changed.run();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
