package dev.weft.agent.facts;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.dns.Lookups;
import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of DNS names, looked up again and again on few threads. The last good addresses stay
 * until the name leads elsewhere.
 */
public final class NameResolver implements AutoCloseable {
  /** Names beyond these, in alphabetical order, are not looked up. */
  static final int MOST_NAMES = 500;

  private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);
  private static final int MOST_OF_A_FAMILY = 4;
  private static final Duration AGAIN = Duration.ofSeconds(60);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Runnable changed;
  private final Lookups lookups;
  private final Rounds rounds;
  private final Map<String, List<IpAddress>> addresses = new ConcurrentHashMap<>();
  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();
  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile Set<String> wanted = Set.of();
  private volatile Set<String> followed = Set.of();
  private volatile boolean closed;

  /**
   * Knows the addresses of a checkpoint.
   *
   * @param changed called when an address is new or other; must not block
   * @param supervision notified of each round
   */
  public NameResolver(
      Map<String, List<IpAddress>> known, Runnable changed, Supervision supervision) {
    this(known, changed, supervision, name -> List.of(InetAddress.getAllByName(name)));
  }

  NameResolver(
      Map<String, List<IpAddress>> known,
      Runnable changed,
      Supervision supervision,
      Lookups.Resolver resolver) {
    addresses.putAll(known);
    this.changed = changed;
    this.lookups = new Lookups(resolver, new Answers(), supervision);
    this.rounds = supervision.watch("names", PATIENCE);
    this.thread = Thread.ofPlatform().daemon().name("names").start(this::keepAsking);
  }

  /** Looks up exactly these names from now on, in the background. */
  public void follow(Set<String> names) {
    wanted = Set.copyOf(names);
    if (names.size() > MOST_NAMES) {
      var first = new TreeSet<>(names).stream().limit(MOST_NAMES).toList();
      if (followed.size() < MOST_NAMES) {
        LOG.warn(
            "{} names of endpoints are wanted, and {} are looked up; write addresses instead",
            names.size(),
            MOST_NAMES);
      }
      followed = Set.copyOf(first);
    } else {
      followed = wanted;
    }
    addresses.keySet().retainAll(followed);
    dueAt.keySet().retainAll(followed);
    missing.retainAll(followed);
    lookups.retain(followed);
    var news = new HashSet<>(followed);
    news.removeAll(dueAt.keySet());
    news.forEach(this::ask);
  }

  private void ask(String name) {
    // Counted from the end of the look-up, once it is known.
    dueAt.put(name, System.nanoTime() + AGAIN.toNanos());
    lookups.request(name);
  }

  private void keepAsking() {
    while (!closed) {
      try {
        long now = System.nanoTime();
        dueAt.forEach(
            (name, at) -> {
              if (now - at >= 0) {
                ask(name);
              }
            });
        rounds.done();
        Thread.sleep(TICK);
      } catch (InterruptedException e) {
        closed = true;
      } catch (RuntimeException | Error e) {
        rounds.failed(e);
      }
    }
    rounds.ended();
  }

  /** All addresses known now, IPv4 first; a name without one is absent. */
  public Map<String, List<IpAddress>> addresses() {
    return Map.copyOf(addresses);
  }

  /** How many of the names have no address at all. */
  public int unresolved() {
    return (int) wanted.stream().filter(n -> !addresses.containsKey(n)).count();
  }

  /** On the threads of look-ups. */
  private final class Answers implements Lookups.Listener {
    @Override
    public void found(String name, List<InetAddress> addressesFound) {
      var found = chosen(addressesFound.stream().map(a -> IpAddress.ofBytes(a.getAddress())));
      missing.remove(name);
      dueAt.replace(name, System.nanoTime() + AGAIN.toNanos());
      if (!found.equals(addresses.get(name)) && followed.contains(name)) {
        addresses.put(name, found);
        changed.run();
      }
    }

    @Override
    public void missing(String name) {
      dueAt.replace(name, System.nanoTime() + AFTER_FAILURE.toNanos());
      if (missing.add(name)) {
        LOG.warn(
            "endpoint name {} does not resolve; {}",
            name,
            addresses.containsKey(name)
                ? "its last address stays in use"
                : "its peer waits for it");
      }
    }
  }

  /**
   * IPv4 before IPv6, then the lowest first, so that round robin is no change and all agents choose
   * alike; the lowest of each family, for each takes seconds to be tried.
   */
  static List<IpAddress> chosen(Stream<IpAddress> found) {
    var sorted = found.distinct().sorted().toList();
    return Stream.of(Family.values())
        .flatMap(f -> sorted.stream().filter(a -> a.family() == f).limit(MOST_OF_A_FAMILY))
        .toList();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    lookups.close();
  }
}
