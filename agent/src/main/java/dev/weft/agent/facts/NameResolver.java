package dev.weft.agent.facts;

import dev.weft.mesh.net.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of DNS names, looked up each on a thread of its own, so that a name whose server is
 * silent delays no other. The last good address stays until the name leads elsewhere.
 */
public final class NameResolver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);
  private static final Duration AGAIN = Duration.ofSeconds(60);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

  private final Runnable changed;
  private final Map<String, IpAddress> addresses = new ConcurrentHashMap<>();
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private volatile Set<String> wanted = Set.of();

  /**
   * Knows the addresses of a checkpoint.
   *
   * @param changed called when an address is new or other; must not block
   */
  public NameResolver(Map<String, IpAddress> known, Runnable changed) {
    addresses.putAll(known);
    this.changed = changed;
  }

  /** Looks up exactly these names from now on, in the background. */
  public void follow(Set<String> names) {
    wanted = Set.copyOf(names);
    addresses.keySet().retainAll(names);
    for (var name : names) {
      threads.computeIfAbsent(
          name, n -> Thread.ofVirtual().name("resolve-" + n).start(() -> keepResolving(n)));
    }
  }

  /** The addresses known now; a name without one is absent. */
  public Map<String, IpAddress> addresses() {
    return Map.copyOf(addresses);
  }

  /** How many of the names have no address at all. */
  public int unresolved() {
    return (int) wanted.stream().filter(n -> !addresses.containsKey(n)).count();
  }

  private void keepResolving(String name) {
    boolean failed = false;
    while (wanted.contains(name)) {
      boolean resolved = resolve(name, failed);
      failed = !resolved;
      try {
        Thread.sleep(resolved ? AGAIN : AFTER_FAILURE);
      } catch (InterruptedException e) {
        break;
      }
    }
    threads.remove(name, Thread.currentThread());
  }

  private boolean resolve(String name, boolean failedBefore) {
    try {
      var found = Arrays.stream(InetAddress.getAllByName(name)).map(NameResolver::address).toList();
      var last = addresses.get(name);
      // Round robin is no change: as long as the last one is still told, keep it.
      if ((last == null || !found.contains(last)) && wanted.contains(name)) {
        addresses.put(name, best(found));
        changed.run();
      }
      return true;
    } catch (UnknownHostException e) {
      if (!failedBefore) {
        LOG.warn(
            "endpoint name {} does not resolve; {}",
            name,
            addresses.containsKey(name)
                ? "its last address stays in use"
                : "its peer waits for it");
      }
      return false;
    }
  }

  private static IpAddress address(InetAddress address) {
    return IpAddress.ofBytes(address.getAddress());
  }

  /** IPv4 before IPv6, then the lowest, so that all agents choose alike. */
  private static IpAddress best(List<IpAddress> found) {
    return found.stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  @Override
  public void close() {
    wanted = Set.of();
    threads.values().forEach(Thread::interrupt);
  }
}
