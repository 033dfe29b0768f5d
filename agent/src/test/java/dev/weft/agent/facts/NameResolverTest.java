package dev.weft.agent.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NameResolverTest {
  private final Semaphore changed = new Semaphore(0);

  private static List<InetAddress> at(String address) {
    try {
      return List.of(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void namesThatHangDelayNoOther() throws InterruptedException {
    var release = new CountDownLatch(1);
    try (var resolver =
        new NameResolver(
            Map.of("hangs-1.example", List.of(IpAddress.parse("192.0.2.1"))),
            changed::release,
            new Supervision(),
            name -> {
              if (name.startsWith("hangs")) {
                try {
                  release.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                throw new UnknownHostException(name);
              }
              return at("192.0.2.7");
            })) {
      resolver.follow(Set.of("hangs-1.example", "hangs-2.example", "good.example"));
      assertTrue(changed.tryAcquire(5, TimeUnit.SECONDS));
      assertEquals(
          Map.of(
              "good.example", List.of(IpAddress.parse("192.0.2.7")),
              "hangs-1.example", List.of(IpAddress.parse("192.0.2.1"))),
          resolver.addresses());
      assertEquals(1, resolver.unresolved());
      release.countDown();
    }
  }

  @Test
  void namesBeyondTheLimitAreNotLookedUp() throws InterruptedException {
    var lookups = new AtomicInteger();
    var names = new HashSet<String>();
    for (int i = 0; i < NameResolver.MOST_NAMES + 100; i++) {
      names.add("n%04d.example".formatted(i));
    }
    try (var resolver =
        new NameResolver(
            Map.of(),
            changed::release,
            new Supervision(),
            name -> {
              lookups.incrementAndGet();
              return at("192.0.2.7");
            })) {
      resolver.follow(names);
      assertTrue(changed.tryAcquire(NameResolver.MOST_NAMES, 10, TimeUnit.SECONDS));
      assertEquals(100, resolver.unresolved());
      assertEquals(NameResolver.MOST_NAMES, lookups.get());
    }
  }

  private static List<String> chosen(Stream<String> found) {
    return NameResolver.chosen(found.map(IpAddress::parse)).stream()
        .map(IpAddress::toString)
        .toList();
  }

  @Test
  void bothFamiliesAreKeptInAnOrderThatRoundRobinDoesNotChange() {
    var all = List.of("192.0.2.7", "192.0.2.9", "2001:db8::7");
    assertEquals(all, chosen(Stream.of("2001:db8::7", "192.0.2.9", "192.0.2.7")));
    assertEquals(all, chosen(Stream.of("192.0.2.7", "2001:db8::7", "192.0.2.9", "192.0.2.7")));
  }

  @Test
  void aNameWithManyAddressesCrowdsNoFamilyOut() {
    var many = IntStream.range(1, 200).mapToObj(i -> "192.0.2." + i);
    assertEquals(
        List.of("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "2001:db8::1"),
        chosen(Stream.concat(many, Stream.of("2001:db8::1"))));
  }
}
