package dev.weft.mesh.pathmtu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PathMtusTest {
  private final Clouds clouds = Clouds.three();
  private final DesiredState state =
      Objects.requireNonNull(clouds.states(clouds.view()).get("aws-1"));

  @Test
  void routesIntoANarrowTunnelHaveItsMtuAndOthersTheDevices() {
    var narrowed = PathMtus.apply(state, Map.of(Clouds.key("gcp-1"), 1300), Set.of());
    var withMtu =
        narrowed.routes().stream()
            .filter(r -> r.mtu() == 1300)
            .map(r -> r.destination().toString())
            .collect(Collectors.toSet());
    assertTrue(withMtu.containsAll(List.of("10.42.3.0/24", "10.42.4.0/24")), withMtu::toString);
    assertTrue(
        narrowed.routes().stream()
            .filter(r -> r.destination().equals(Prefix.parse("10.42.5.0/24")))
            .allMatch(r -> r.mtu() == 0));
    assertEquals(state.routes().size(), narrowed.routes().size());
  }

  /** Linux would share the MTU among all routes of a next-hop group otherwise. */
  @Test
  void routesOfDifferentMtuHaveDifferentGroups() {
    var narrowed =
        PathMtus.apply(
            state, Map.of(Clouds.key("gcp-1"), 1300, Clouds.key("home-1"), 1200), Set.of());
    var mtuByGroup = new HashMap<Long, Set<Integer>>();
    for (var route : narrowed.routes()) {
      if (route.target() instanceof RouteTarget.Group(long id)) {
        mtuByGroup.computeIfAbsent(id, g -> new HashSet<>()).add(route.mtu());
      }
    }
    assertTrue(mtuByGroup.values().stream().allMatch(m -> m.size() == 1), mtuByGroup::toString);
    var groups =
        narrowed.nextHopGroups().stream().map(DesiredNextHopGroup::id).collect(Collectors.toSet());
    assertTrue(groups.containsAll(mtuByGroup.keySet()), groups::toString);
    assertEquals(groups.size(), narrowed.nextHopGroups().size());
  }

  @Test
  void whatIsProbedKeepsTheDevicesMtu() {
    var gcp =
        clouds.view().nodes().stream()
            .filter(n -> n.name().equals("gcp-1"))
            .findFirst()
            .orElseThrow();
    var address = gcp.addresses().getFirst();
    var narrowed = PathMtus.apply(state, Map.of(Clouds.key("gcp-1"), 1300), Set.of(address));
    assertTrue(
        narrowed.routes().stream()
            .filter(r -> r.destination().equals(Prefix.host(address)))
            .allMatch(r -> r.mtu() == 0));
  }

  @Test
  void whereNothingIsNarrowNothingChanges() {
    assertSame(state, PathMtus.apply(state, Map.of(Clouds.key("gcp-1"), 9000), Set.of()));
  }
}
