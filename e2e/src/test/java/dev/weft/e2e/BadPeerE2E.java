package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Peer that claims what isn't its own is named, with the other party, and nobody is touched. */
@ExtendWith(SharedLab.class)
class BadPeerE2E {
  private static final String KEY = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final String GOOD_KEY = "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private String before = "";

  @BeforeEach
  void aGoodPeerIsThere() {
    peer("good", GOOD_KEY, "allowedIPs: [10.5.0.1/32]");
    assertTrue(
        Wait.holds(LIMIT, () -> condition("good", "Accepted", "status").equals("True")),
        () -> SharedLab.lab().kubectl().run("get", "wgp", "good", "-o", "yaml").out());
    assertTrue(Wait.holds(LIMIT, BadPeerE2E::isAttachedEverywhere), BadPeerE2E::tunnels);
    before = tunnels();
  }

  @AfterEach
  void nobodyElseWasTouched() {
    SharedLab.lab().kubectl().run("delete", "wgp", "bad", "--ignore-not-found").orThrow();
    SharedLab.assertWell();
    assertTrue(Wait.holds(LIMIT, () -> tunnels().equals(before)), () -> before + tunnels());
    SharedLab.lab().kubectl().run("delete", "wgp", "good", "--ignore-not-found").orThrow();
  }

  @Test
  void aPodCidrIsRefused() {
    peer("bad", KEY, "allowedIPs: [10.42.1.0/24]");
    assertNamed("OverlapsPodCIDR", List.of("10.42.1.0/24"));
    assertEquals(before, tunnels());
  }

  @Test
  void anotherPeersPrefixIsRefused() {
    peer("bad", KEY, "allowedIPs: [10.5.0.0/24]");
    assertNamed("OverlapsPeer", List.of("10.5.0.0/24", "good"));
    assertEquals(before, tunnels());
  }

  @Test
  void theWholeInternetIsRefused() {
    var output = peer("bad", KEY, "allowedIPs: [0.0.0.0/0]");
    if (output) {
      assertNamed("DefaultRoute", List.of("0.0.0.0/0"));
    }
    assertEquals(before, tunnels());
  }

  @Test
  void aKeyInUseIsRefused() {
    peer("bad", GOOD_KEY, "allowedIPs: [10.6.0.1/32]");
    assertNamed("DuplicateKey", List.of("good"));
    assertEquals(before, tunnels());
  }

  @Test
  void aNameThatDoesNotResolveConcernsItsPeerAlone() {
    peer("bad", KEY, "allowedIPs: [10.6.0.1/32], endpoint: {host: nowhere.weft.test, port: 51820}");
    assertTrue(
        Wait.holds(LIMIT, () -> conditions().contains("nowhere.weft.test")),
        BadPeerE2E::conditions);
    assertTrue(Wait.holds(LIMIT, () -> events().contains("nowhere.weft.test")), BadPeerE2E::events);
  }

  /** Applies a Peer; whether the API server took it. */
  private static boolean peer(String name, String key, String rest) {
    return SharedLab.peer(name, key, rest).ok();
  }

  private static void assertNamed(String reason, List<String> named) {
    assertTrue(Wait.holds(LIMIT, () -> conditions().contains(reason)), BadPeerE2E::conditions);
    assertTrue(
        Wait.holds(LIMIT, () -> named.stream().allMatch(conditions()::contains)),
        BadPeerE2E::conditions);
    assertTrue(Wait.holds(LIMIT, () -> events().contains(reason)), BadPeerE2E::events);
  }

  private static String condition(String peer, String type, String field) {
    for (var condition : SharedLab.lab().kubectl().get("wgp", peer).at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path(field).asText();
      }
    }
    return "";
  }

  private static String conditions() {
    return SharedLab.lab().kubectl().get("wgp", "bad").at("/status/conditions").toString();
  }

  private static String events() {
    return SharedLab.lab()
        .kubectl()
        .get("events", "-n", "default", "--field-selector=involvedObject.name=bad")
        .get("items")
        .toString();
  }

  /** On aws's and gcp's gateways, which it can call, and on home's, which reaches it by aws. */
  private static boolean isAttachedEverywhere() {
    return tunnels().split("10[.]5[.]0[.]1/32", -1).length - 1 == 3;
  }

  /** What every node lets through to whom. */
  private static String tunnels() {
    var text = new StringBuilder();
    for (var node : SharedLab.lab().inventory().nodes()) {
      text.append(SharedLab.on(node.name(), "wg show weft0 allowed-ips | sort"));
    }
    return text.toString();
  }
}
