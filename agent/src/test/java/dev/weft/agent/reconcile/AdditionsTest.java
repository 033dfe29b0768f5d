package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdditionsTest {
  private static final PublicKey PHONE = key(1);
  private static final PublicKey OFFICE = key(2);
  private static final List<Prefix> ONE = List.of(Prefix.all(Family.IPV4));

  private static final SeenRoute ROUTE =
      new SeenRoute(7050, ONE.getFirst(), 87, 1, 1, Optional.empty(), 0, Optional.empty(), 0);
  private static final SeenRule RULE =
      new SeenRule(
          Family.IPV4,
          7010,
          87,
          true,
          Optional.empty(),
          Optional.empty(),
          "",
          0,
          0,
          0,
          7050,
          Optional.empty());

  private static PublicKey key(int value) {
    var bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return PublicKey.ofBytes(bytes);
  }

  private static List<Change> allowed(Change... changes) {
    return Additions.of(new ChangeSet(List.of(changes)), Set.of(PHONE)).changes();
  }

  @Test
  void nothingIsTakenAway() {
    var address = InterfaceAddress.parse("10.4.0.1/32");
    assertEquals(
        List.of(),
        allowed(
            new Change.RemovePeer("weft0", OFFICE),
            new Change.RemoveAllowedIPs("weft0", OFFICE, ONE),
            new Change.RemoveAddress("weft0", address),
            new Change.RemoveTunnel("weftvx4"),
            new Change.RemoveRoute(ROUTE),
            new Change.RemoveRule(RULE),
            new Change.UpdateFirewallSets(Map.of(), Map.of("mesh", ONE))));
  }

  @Test
  void expiredPeersGo() {
    var gone = new Change.RemovePeer("weft0", PHONE);
    assertEquals(List.of(gone), allowed(gone));
  }

  @Test
  void additionsStay() {
    var link = new Change.SetLink("weft0", 1420);
    var sets = new Change.UpdateFirewallSets(Map.of("mesh", ONE), Map.of("own", ONE));
    var added = new Change.UpdateFirewallSets(Map.of("mesh", ONE), Map.of());
    assertEquals(List.of(link, added), allowed(link, sets));
  }
}
