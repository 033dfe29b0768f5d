package dev.weft.operator.observe;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.runtime.dns.Lookups;
import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which DNS names don't resolve, found out beside the loop: a slow resolver holds nothing up. A
 * name counts as resolving until it is known not to, and so do names beyond the first {@value
 * #MOST_NAMES}.
 */
public final class NameResolution implements AutoCloseable {
  static final int MOST_NAMES = 2000;
  private static final int MOST_ADDRESSES = 16;
  private static final long GOOD_FOR_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long BAD_FOR_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * What is known of a name.
   *
   * @param resolves whether the last look-up found an address
   * @param addresses the last that were found, sorted; they outlive look-ups that find none
   */
  private record Answer(boolean resolves, long staleAt, List<IpAddress> addresses) {}

  private final ConcurrentHashMap<String, Answer> answers = new ConcurrentHashMap<>();
  private final Lookups lookups;
  private volatile Set<String> followed = Set.of();
  private final Runnable changed;

  /**
   * Knows no answer yet.
   *
   * @param changed called whenever an answer differs from the one before
   * @param supervision notified of each look-up
   */
  public NameResolution(Runnable changed, Supervision supervision) {
    this(changed, name -> List.of(InetAddress.getAllByName(name)), supervision);
  }

  NameResolution(Runnable changed, Lookups.Resolver resolver, Supervision supervision) {
    this.changed = changed;
    this.lookups = new Lookups(resolver, new Listener(), supervision);
  }

  /** Those of the names that are known not to resolve; asks for what isn't known or is stale. */
  public Set<String> unresolved(Set<String> names) {
    answers.keySet().retainAll(names);
    lookups.retain(names);
    var unresolved = new TreeSet<String>();
    var now = System.nanoTime();
    for (var name : names.stream().sorted(followedFirst()).limit(MOST_NAMES).toList()) {
      var answer = answers.get(name);
      if (answer == null || now - answer.staleAt() >= 0) {
        lookups.request(name);
      }
      if (answer != null && !answer.resolves()) {
        unresolved.add(name);
      }
    }
    return unresolved;
  }

  /** However many names Peers bring, those of API servers are looked up. */
  private Comparator<String> followedFirst() {
    var first = followed;
    return Comparator.comparing((String name) -> !first.contains(name))
        .thenComparing(Comparator.naturalOrder());
  }

  private static boolean isReserved(List<IpAddress> addresses) {
    return addresses.stream().anyMatch(a -> SpecialRanges.reserved(a).isPresent());
  }

  /** The last addresses that these names were found to have; from now on, another one is news. */
  public List<IpAddress> addresses(Set<String> names) {
    followed = Set.copyOf(names);
    return names.stream().flatMap(name -> known(name).stream()).distinct().sorted().toList();
  }

  /** Of those of the names that lead where no other machine is, one such address. */
  public Map<String, IpAddress> reserved(Set<String> names) {
    var reserved = new TreeMap<String, IpAddress>();
    for (var name : names) {
      known(name).stream()
          .filter(a -> SpecialRanges.reserved(a).isPresent())
          .findFirst()
          .ifPresent(a -> reserved.put(name, a));
    }
    return reserved;
  }

  private List<IpAddress> known(String name) {
    var answer = answers.get(name);
    return answer == null ? List.of() : answer.addresses();
  }

  private final class Listener implements Lookups.Listener {
    @Override
    public void found(String name, List<InetAddress> addresses) {
      var found =
          addresses.stream()
              .map(a -> IpAddress.ofBytes(a.getAddress()))
              .distinct()
              .sorted()
              .limit(MOST_ADDRESSES)
              .toList();
      answered(name, new Answer(true, System.nanoTime() + GOOD_FOR_NANOS, found));
    }

    @Override
    public void missing(String name) {
      // A name server that is away is no news of where the name leads.
      answered(name, new Answer(false, System.nanoTime() + BAD_FOR_NANOS, known(name)));
    }

    private void answered(String name, Answer answer) {
      var before = answers.put(name, answer);
      var known = before == null ? List.<IpAddress>of() : before.addresses();
      boolean isNews =
          answer.resolves() != (before == null || before.resolves())
              || isReserved(answer.addresses()) != isReserved(known)
              || (followed.contains(name) && !answer.addresses().equals(known));
      if (isNews) {
        changed.run();
      }
    }
  }

  @Override
  public void close() {
    lookups.close();
  }
}
