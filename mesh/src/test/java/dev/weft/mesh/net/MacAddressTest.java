package dev.weft.mesh.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MacAddressTest {
  @Test
  void theLinkLocalAddressIsThatOfRfc4291() {
    var mac =
        MacAddress.ofBytes(new byte[] {0x34, 0x56, 0x78, (byte) 0x9a, (byte) 0xbc, (byte) 0xde});
    assertEquals("34:56:78:9a:bc:de", mac.toString());
    assertEquals(IpAddress.parse("fe80::3656:78ff:fe9a:bcde"), mac.linkLocal());
    assertEquals(mac, MacAddress.ofBytes(mac.toBytes()));
  }

  @Test
  void derivedOnesAreLocalUnicastAndDiffer() {
    var one = MacAddress.derivedFrom("aws-1");
    assertEquals("02", one.toString().substring(0, 2));
    assertEquals(one, MacAddress.derivedFrom("aws-1"));
    assertNotEquals(one, MacAddress.derivedFrom("aws-2"));
  }

  @Test
  void nothingButSixOctetsIsOne() {
    assertThrows(IllegalArgumentException.class, () -> MacAddress.ofBytes(new byte[8]));
    assertThrows(IllegalArgumentException.class, () -> new MacAddress(1L << 48));
  }
}
