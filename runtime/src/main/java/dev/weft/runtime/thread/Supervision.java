package dev.weft.runtime.thread;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Which background threads there are, and whether each still comes round; any thread. */
public final class Supervision {
  private final List<Rounds> watched = new CopyOnWriteArrayList<>();
  private final LongSupplier clock;

  /** One that watches no thread yet. */
  public Supervision() {
    this(System::nanoTime);
  }

  /** The same by another clock; nanoseconds. */
  public Supervision(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Watches a thread from now on.
   *
   * @param name for people
   * @param patience the longest time between two rounds, with all that may block in one
   */
  public Rounds watch(String name, Duration patience) {
    var rounds = new Rounds(name, patience, clock);
    watched.add(rounds);
    return rounds;
  }

  /** Names of the threads that have not come round in time, or whose last round failed. */
  public List<String> troubled() {
    return watched.stream().filter(Rounds::isTroubled).map(Rounds::name).sorted().toList();
  }

  /** Names of the threads that have not come round in time. */
  public List<String> stalled() {
    return watched.stream().filter(Rounds::isStalled).map(Rounds::name).sorted().toList();
  }

  /** How many rounds of each thread failed. */
  public Map<String, Long> failures() {
    var failures = new TreeMap<String, Long>();
    watched.forEach(r -> failures.merge(r.name(), r.failures(), Long::sum));
    return failures;
  }
}
