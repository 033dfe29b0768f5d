package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.ApiContact;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiServerWayTest {
  private static final List<Prefix> SERVICES = List.of(Prefix.parse("10.96.0.0/16"));

  private static ApiServerWay joined(String called) {
    return ApiServerWay.of(false).joined(Optional.of(IpAddress.parse(called)), SERVICES);
  }

  @Test
  void whatWasReachedBeforeThereWasAMeshIsReachedSoAfterwards() {
    assertTrue(joined("10.0.0.1").direct());
    assertTrue(joined("10.96.0.1").direct(), "the Service leads to one that was reached");
  }

  @Test
  void aPublicAddressTellsNothingOfPrivateOnes() {
    assertFalse(joined("8.8.8.8").direct());
    assertFalse(ApiServerWay.of(false).joined(Optional.empty(), SERVICES).direct(), "a name");
  }

  @Test
  void theOtherWayIsTriedWhereOneNoLongerLeadsThereEverMoreSlowly() {
    var way = ApiServerWay.of(false);
    long changes = 0;
    long lastChange = 0;
    for (long now = 0; now < 4000; now += 10) {
      var next = way.heed(new ApiContact(now, 0, true));
      if (next.direct() != way.direct()) {
        assertTrue(now - lastChange >= 100 || changes > 0, "at " + now);
        lastChange = now;
        changes++;
      }
      way = next;
    }
    assertTrue(changes >= 5 && changes <= 9, changes + " changes");
  }

  @Test
  void anAnswerSettlesIt() {
    var lost = ApiServerWay.of(true).heed(new ApiContact(50, 0, true));
    assertEquals(ApiServerWay.of(true), lost.heed(new ApiContact(60, 60, false)));
    var flipped = lost.heed(new ApiContact(150, 0, true));
    assertFalse(flipped.direct());
    assertFalse(flipped.heed(new ApiContact(160, 160, false)).direct());
  }
}
