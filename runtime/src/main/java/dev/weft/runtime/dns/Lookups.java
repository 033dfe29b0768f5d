package dev.weft.runtime.dns;

import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks names up on at most {@link #THREADS} threads. A name whose last look-up took long is slow:
 * slow ones have half of the threads at most, and with those that were never looked up three
 * quarters, for those may hang as well. So names whose servers are silent delay none that is known
 * to be quick. Of those that were never looked up, names of one zone have half of their threads at
 * most, and the newest and the oldest are served in turn: so a new name waits neither for others of
 * a zone whose servers are silent, nor for all that came before it. Its threads are supervised
 * together, as {@value #NAME}: they have stalled if some are busy and none has come back for {@link
 * #PATIENCE}. A resolver's own time limits are shorter, so names whose servers are silent do not
 * look like a stall. Thread-safe.
 */
public final class Lookups implements AutoCloseable {
  /** Asks the system's resolver; may block for half a minute. */
  @FunctionalInterface
  public interface Resolver {
    /** All addresses of a name. */
    List<InetAddress> addresses(String name) throws UnknownHostException;
  }

  /** Told how a look-up ended; must not block. */
  public interface Listener {
    /** It has these addresses, at least one. */
    void found(String name, List<InetAddress> addresses);

    /** It has none. */
    void missing(String name);
  }

  /** How long the last look-up of a name took; in the order in which they are served. */
  private enum Pace {
    QUICK,
    UNKNOWN,
    SLOW
  }

  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
  static final int THREADS = 16;
  private static final int MOST_SLOW = THREADS / 2;

  /** Of names that are not known to be quick. */
  static final int MOST_DOUBTFUL = THREADS * 3 / 4;

  /** Of names of one zone that are not known to be quick. */
  static final int MOST_OF_A_ZONE = MOST_DOUBTFUL / 2;

  /** The name of its threads for people. */
  static final String NAME = "look-ups";

  /** Some resolvers ask several servers for several names in turn, half a minute each. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long SLOW_NANOS = Duration.ofSeconds(2).toNanos();

  private final Resolver resolver;
  private final Listener listener;
  private final Rounds rounds;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("lookup-", 0).factory());
  private final Map<Pace, SequencedSet<String>> waiting = new EnumMap<>(Pace.class);
  private final Map<String, Pace> running = new HashMap<>();
  private final Map<String, Pace> paces = new HashMap<>();
  private boolean newestNext = true;
  private boolean closed;

  /**
   * Look-ups by that resolver.
   *
   * @param supervision notified of each
   */
  public Lookups(Resolver resolver, Listener listener, Supervision supervision) {
    this.resolver = resolver;
    this.listener = listener;
    this.rounds = supervision.watch(NAME, PATIENCE);
    rounds.idle();
    for (var pace : Pace.values()) {
      waiting.put(pace, new LinkedHashSet<>());
    }
    threads.allowCoreThreadTimeOut(true);
  }

  /** Looks a name up as soon as a thread is free, unless that is about to happen anyway. */
  public synchronized void request(String name) {
    if (closed || running.containsKey(name)) {
      return;
    }
    waiting(pace(name)).add(name);
    startWhatMay();
  }

  /** Forgets what is known and wanted of all other names. */
  public synchronized void retain(Set<String> names) {
    waiting.values().forEach(w -> w.retainAll(names));
    paces.keySet().retainAll(names);
  }

  private Pace pace(String name) {
    return paces.getOrDefault(name, Pace.UNKNOWN);
  }

  private SequencedSet<String> waiting(Pace pace) {
    return Objects.requireNonNull(waiting.get(pace));
  }

  private void startWhatMay() {
    for (var pace : Pace.values()) {
      while (!closed && mayStart(pace)) {
        var next = next(pace);
        if (next.isEmpty()) {
          break;
        }
        var name = next.get();
        waiting(pace).remove(name);
        if (running.isEmpty()) {
          rounds.begun();
        }
        running.put(name, pace);
        start(name);
      }
    }
  }

  /** Without memory for a thread the name is given up; who wants it asks again. */
  private void start(String name) {
    try {
      threads.execute(() -> look(name));
    } catch (RuntimeException | Error e) {
      running.remove(name);
      rounds.failed(e);
      if (running.isEmpty()) {
        rounds.idle();
      }
    }
  }

  private Optional<String> next(Pace pace) {
    var names = waiting(pace);
    if (pace != Pace.UNKNOWN) {
      return names.stream().findFirst();
    }
    var crowded = crowdedZones();
    var next =
        (newestNext ? names.reversed() : names)
            .stream().filter(name -> !crowded.contains(zone(name))).findFirst();
    if (next.isPresent()) {
      newestNext = !newestNext;
    }
    return next;
  }

  private Set<String> crowdedZones() {
    return running.entrySet().stream()
        .filter(e -> e.getValue() != Pace.QUICK)
        .collect(Collectors.groupingBy(e -> zone(e.getKey()), Collectors.counting()))
        .entrySet()
        .stream()
        .filter(e -> e.getValue() >= MOST_OF_A_ZONE)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The last two labels: whose name servers are asked, as far as a name shows it. */
  private static String zone(String name) {
    int last = name.lastIndexOf('.');
    return name.substring(last < 0 ? 0 : name.lastIndexOf('.', last - 1) + 1);
  }

  private boolean mayStart(Pace pace) {
    long slow = running.values().stream().filter(p -> p == Pace.SLOW).count();
    long doubtful = running.values().stream().filter(p -> p != Pace.QUICK).count();
    return running.size() < THREADS
        && (pace == Pace.QUICK || doubtful < MOST_DOUBTFUL)
        && (pace != Pace.SLOW || slow < MOST_SLOW);
  }

  private void look(String name) {
    long started = System.nanoTime();
    List<InetAddress> addresses = List.of();
    try {
      addresses = addresses(name);
    } finally {
      // Before the listener is called, which may ask again at once.
      ended(name, System.nanoTime() - started);
    }
    try {
      if (addresses.isEmpty()) {
        listener.missing(name);
      } else {
        listener.found(name, addresses);
      }
    } catch (RuntimeException | Error e) {
      rounds.failed(e);
      LOG.warn("the answer for {} was not taken: {}", name, String.valueOf(e));
    }
  }

  private List<InetAddress> addresses(String name) {
    try {
      return resolver.addresses(name);
    } catch (UnknownHostException e) {
      return List.of();
    } catch (RuntimeException | Error e) {
      rounds.failed(e);
      LOG.warn("looking {} up failed: {}", name, String.valueOf(e));
      return List.of();
    }
  }

  private synchronized void ended(String name, long nanos) {
    running.remove(name);
    if (running.isEmpty()) {
      rounds.idle();
    }
    rounds.done();
    paces.put(name, nanos > SLOW_NANOS ? Pace.SLOW : Pace.QUICK);
    startWhatMay();
  }

  @Override
  public synchronized void close() {
    closed = true;
    rounds.ended();
    waiting.values().forEach(Set::clear);
    threads.shutdownNow();
  }
}
