package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.thread.Supervision;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameResolutionTest {
  private static final Set<String> SERVER = Set.of("api.example.net");

  private final Map<String, String> zone = new ConcurrentHashMap<>();
  private final Semaphore changes = new Semaphore(0);

  private List<InetAddress> look(String name) throws UnknownHostException {
    var address = zone.get(name);
    if (address == null) {
      throw new UnknownHostException(name);
    }
    return List.of(InetAddress.getByAddress(IpAddress.parse(address).toBytes()));
  }

  private void awaitNews() throws InterruptedException {
    assertTrue(changes.tryAcquire(60, TimeUnit.SECONDS), "it is news");
  }

  @Test
  void theAddressesOfTheApiServersNameAreKnownAndNews() throws InterruptedException {
    zone.put("api.example.net", "10.9.9.9");
    try (var names = new NameResolution(changes::release, this::look, new Supervision())) {
      assertEquals(List.of(), names.addresses(SERVER));
      assertEquals(Set.of(), names.unresolved(SERVER));
      awaitNews();
      assertEquals(List.of(IpAddress.parse("10.9.9.9")), names.addresses(SERVER));
      assertEquals(
          List.of(IpAddress.parse("10.9.9.9")),
          ClusterObserver.apiServers(List.of(), names.addresses(SERVER), CalledServer.NONE));
    }
  }

  @Test
  void aNameThatLeadsToTheMachineItselfOrTheCloudsServicesIsKnown() throws InterruptedException {
    zone.put("good.example.net", "198.51.100.7");
    zone.put("evil.example.net", "169.254.169.254");
    var all = Set.of("good.example.net", "evil.example.net");
    try (var names = new NameResolution(changes::release, this::look, new Supervision())) {
      assertEquals(Set.of(), names.unresolved(all));
      awaitNews();
      assertEquals(
          Map.of("evil.example.net", IpAddress.parse("169.254.169.254")), names.reserved(all));
    }
  }

  @Test
  void theApiServersNameIsLookedUpHoweverManyNamesPeersBring() throws InterruptedException {
    zone.put("api.example.net", "10.9.9.9");
    var all = new TreeSet<>(SERVER);
    for (int i = 0; i < NameResolution.MOST_NAMES; i++) {
      all.add("a" + i + ".example.net");
    }
    try (var names = new NameResolution(changes::release, this::look, new Supervision())) {
      assertEquals(List.of(), names.addresses(SERVER));
      var ignored = names.unresolved(all);
      while (names.addresses(SERVER).isEmpty()) {
        awaitNews();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://10.9.0.9:6443/, 10.9.0.9, ",
    "https://[fd09::9]:6443/, fd09::9, ",
    "https://lb.example.net:6443/api, , lb.example.net",
    "https://127.0.0.1:6443/, , ",
    "https://localhost:6443/, , ",
    "no url, , ",
  })
  void whatTheOperatorCallsIsAnAddressOfTheApiServer(String url, String address, String name) {
    var called = CalledServer.of(url);
    assertEquals(
        address == null ? List.of() : List.of(IpAddress.parse(address)),
        ClusterObserver.apiServers(List.of(), List.of(), called));
    assertEquals(name == null ? Set.of() : Set.of(name), called.names());
  }
}
