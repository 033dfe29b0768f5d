package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** No IPv4 at all; and every node's endpoint is itself an address of the mesh. */
class IPv6OnlyE2E extends FamiliesContract {
  IPv6OnlyE2E() {
    super("v6-only");
  }

  /** All between nodes is encrypted, and no tunnel runs inside another. */
  @Test
  void packetsBetweenTheEndpointsAreEncryptedOnce() {
    lab().patch("{\"granularity\":\"Full\"}");
    lab().assertWell();
    lab().lab().forgetCaptures();
    // Large enough that a WireGuard packet around a WireGuard packet would be seen by its length.
    lab().on("aws-1", "ping -c 20 -i 0.05 -s 500 -W 2 2001:db8:2::b");
    assertTrue(
        lab().lab().internetVerdict().clean(), () -> lab().lab().internetVerdict().toString());
    var sizes =
        lab()
            .onRouter(
                "aws",
                "tcpdump -n -r %s 'udp and greater 600 and less 1300' 2>/dev/null | grep -o 'length [0-9]*' | sort | uniq -c"
                    .formatted(lab().lab().directory().root().resolve("capture/aws.pcap")));
    // 500 + 8 + 40 bytes, padded to 560, and WireGuard's 32.
    assertTrue(sizes.contains("length 592"), sizes);
    assertEquals("", lab().on("aws-1", "wg show weft0 transfer | awk '$2 > 50000000'"));
    lab().patch("{\"granularity\":\"Location\"}");
  }
}
