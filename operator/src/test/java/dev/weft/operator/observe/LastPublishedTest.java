package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LastPublishedTest {
  private final LastPublished last = new LastPublished();

  private static Peer peer(String address) {
    var peer = new Peer();
    peer.setStatus(
        new ObjectMapper().convertValue(Map.of("addresses", List.of(address)), PeerStatus.class));
    return peer;
  }

  @Test
  void theAddressesOfPeersThatAreGoneAreRemembered() {
    last.peers(Map.of("phone", peer("10.4.0.6"), "tablet", peer("fd00::7")));
    assertEquals(List.of(), last.former(Set.of("phone", "tablet")));
    last.peers(Map.of("tablet", peer("fd00::7")));
    assertEquals(List.of(IpAddress.parse("10.4.0.6")), last.former(Set.of("tablet")));
    assertEquals(List.of("10.4.0.6"), last.addressesOf("phone"));
  }

  @Test
  void whatIsNoAddressIsLeftOut() {
    last.peers(Map.of("phone", peer("fish")));
    assertEquals(List.of(), last.former(Set.of()));
  }
}
