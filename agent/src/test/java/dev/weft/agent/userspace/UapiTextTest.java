package dev.weft.agent.userspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.agent.kernel.Keys;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The texts of the cross-platform interface. */
class UapiTextTest {
  private static String hex(PublicKey key) {
    return HexFormat.of().formatHex(key.toBytes());
  }

  @Test
  void peerChangeNamesOnlyWhatChanges() {
    var change =
        new Change.SetPeer(
            "weft0",
            Keys.publicKey(2),
            false,
            Optional.of(Endpoint.parse("[2001:db8::1]:51820")),
            List.of(Prefix.parse("10.2.0.0/24")),
            Optional.empty(),
            Optional.empty());
    assertEquals(
        """
        set=1
        public_key=%s
        update_only=true
        endpoint=[2001:db8::1]:51820
        allowed_ip=10.2.0.0/24

        """
            .formatted(hex(Keys.publicKey(2))),
        UapiText.setPeer(change));
  }

  @Test
  void allowedIPsLeaveByTheParkingPeerInOneRequest() {
    var change =
        new Change.RemoveAllowedIPs(
            "weft0", Keys.publicKey(2), List.of(Prefix.parse("10.2.0.0/24")));
    assertEquals(
        """
        set=1
        public_key=%1$s
        allowed_ip=10.2.0.0/24
        public_key=%1$s
        remove=true

        """
            .formatted(hex(Keys.publicKey(9))),
        UapiText.removeAllowedIPs(change, Keys.publicKey(9)));
  }

  @Test
  void answerIsReadAndUnknownKeysArePassedOver() {
    var device =
        UapiReader.read(
            "weft0",
            """
            private_key=%s
            listen_port=51820
            fwmark=4096
            public_key=%s
            preshared_key=%s
            protocol_version=1
            endpoint=192.0.2.1:7
            last_handshake_time_sec=1700000000
            last_handshake_time_nsec=5
            tx_bytes=10
            rx_bytes=20
            persistent_keepalive_interval=25
            allowed_ip=10.2.0.0/24
            allowed_ip=fd00::/64
            something_new=1
            public_key=%s
            """
                .formatted(
                    HexFormat.of().formatHex(Keys.privateKey(1).toBytes()),
                    hex(Keys.publicKey(2)),
                    "00".repeat(32),
                    hex(Keys.publicKey(3)))
                .lines()
                .toList());
    assertEquals(Optional.of(Keys.publicKey(1)), device.publicKey());
    assertEquals(2, device.peers().size());
    var peer = device.peers().getFirst();
    assertEquals(PresharedKey.NONE, peer.presharedKey());
    assertEquals(1_700_000_000, peer.lastHandshakeEpochSecond());
    assertEquals(20, peer.receivedBytes());
    assertEquals(10, peer.sentBytes());
    assertEquals(2, peer.allowedIPs().size());
  }

  @Test
  void malformedAnswerNamesTheLineAndNotTheSecret() {
    var secret = "ab".repeat(31) + "zz";
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> UapiReader.read("weft0", List.of("listen_port=1", "private_key=" + secret)));
    assertEquals(
        "line 2 of the answer of wireguard-go has a malformed 'private_key'", e.getMessage());
    assertFalse(e.toString().contains(secret));
  }
}
