package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithdrawalTest {
  private static final String KEY = "5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final WireGuardNodeSpec PUBLISHED =
      node("aws", NodeRole.GATEWAY, List.of("192.168.9.0/24", "192.168.8.0/24"), KEY);

  @Test
  void whatIsTakenAwayGoesAndNothingComes() {
    var wanted = node("aws", NodeRole.MEMBER, List.of("192.168.8.0/24", "172.16.0.0/12"), KEY);
    var less = Withdrawal.of(PUBLISHED, wanted);
    assertEquals(NodeRole.MEMBER, less.role());
    assertFalse(less.peerGateway());
    assertFalse(less.home());
    assertEquals(List.of("192.168.8.0/24"), less.locationCIDRs());
    assertEquals(PUBLISHED.devices(), less.devices());
    assertEquals(PUBLISHED.addresses(), less.addresses());
  }

  @Test
  void aKeyThatIsNoLongerWantedGoes() {
    var other = "tg4gSS8LgN11KiEy/JUcswa01Ty4o0DR9UvoBvqAP30=";
    var wanted = node("aws", NodeRole.GATEWAY, List.of(), other);
    assertEquals(List.of(), Withdrawal.of(PUBLISHED, wanted).devices());
  }

  @Test
  void aNodeThatMovesSpeaksForItsOldLocationNoMore() {
    var less =
        Withdrawal.of(PUBLISHED, node("gcp", NodeRole.GATEWAY, PUBLISHED.locationCIDRs(), KEY));
    assertEquals(NodeRole.MEMBER, less.role());
    assertEquals(List.of(), less.locationCIDRs());
  }

  @Test
  void whereNothingIsTakenAwayNothingChanges() {
    assertEquals(PUBLISHED, Withdrawal.of(PUBLISHED, PUBLISHED));
  }

  private static WireGuardNodeSpec node(
      String location, NodeRole role, List<String> locationCIDRs, String key) {
    boolean gateway = role == NodeRole.GATEWAY;
    return new WireGuardNodeSpec(
        "weft",
        location,
        role,
        gateway,
        null,
        null,
        gateway,
        List.of("10.4.0.1"),
        List.of("10.42.1.0/24"),
        List.of("10.0.0.1"),
        List.of("10.0.0.1"),
        locationCIDRs,
        null,
        List.of(new NodeDevice(0, 0, key, 51820, List.of("192.0.2.1:51820"), List.of())),
        List.of());
  }
}
