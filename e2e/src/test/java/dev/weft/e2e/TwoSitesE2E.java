package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.capture.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two locations whose nodes have private addresses only, and whose networks route to each other:
 * they call each other at their internal addresses (ADR 96).
 */
class TwoSitesE2E {
  private static @Nullable TopologyLab lab;

  @BeforeAll
  static void up() {
    lab = TopologyLab.up("two-sites");
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static TopologyLab lab() {
    return Objects.requireNonNull(lab);
  }

  @Test
  void theyMeetAtTheirInternalAddressesUnlessTheMeshForbidsIt() {
    lab().assertWell();
    assertEquals("10.30.0.11:51820", endpoint("office-1"));
    assertEquals("10.20.0.11:51820", endpoint("plant-1"));
    lab().lab().forgetCaptures();
    assertTrue(answers("office-2", "plant-2"), "a pod of the other site answers");
    var verdict = lab().lab().internetVerdict();
    assertTrue(verdict.clean(), verdict::toString);
    assertTrue(verdict.count(Kind.WIREGUARD) > 0, verdict::toString);

    SharedLab.patch(lab().lab(), "{\"internalEndpoints\": \"Never\"}");
    TopologyLab.eventually(
        "no node calls an internal address", () -> !endpoint("office-1").contains("10.30."));
    TopologyLab.eventually("the sites are apart", () -> !answers("office-2", "plant-2"));

    // Without a path there is no route, so what was sent meanwhile left by the default route
    // (docs/security.md, "Not covered").
    SharedLab.patch(lab().lab(), "{\"internalEndpoints\": \"LastResort\"}");
    TopologyLab.eventually("the sites are joined", () -> answers("office-2", "plant-2"));
    lab().lab().forgetCaptures();
    lab().assertWell();
    assertTrue(answers("plant-2", "office-2"), "a pod of the other site answers");
  }

  /** The endpoint of a gateway's only peer; empty if it has none. */
  private static String endpoint(String node) {
    return lab().on(node, "wg show weft0 endpoints | cut -f 2");
  }

  private static boolean answers(String from, String to) {
    return lab().in(from, "curl -sf --max-time 3 http://" + lab().pod(to).address() + "/").ok();
  }
}
