package dev.weft.mesh.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "fe80::, fe80::",
    "1:0:0:2:0:0:3:4, 1::2:0:0:3:4"
  })
  void textIsThatOfRfc5952(String text, String expected) {
    assertEquals(expected, IpAddress.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0",
        "10.0.0.0.1",
        "256.0.0.1",
        "01.2.3.4",
        "1.2.3.4 ",
        "1.2.3.",
        "a.b.c.d",
        "-1.0.0.0",
        ":",
        ":::",
        "1::2::3",
        "12345::",
        "fe80::1%eth0",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:7",
        "localhost",
        "١.2.3.4"
      })
  void whatIsNoAddressIsRefusedWithItsText(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
    assertTrue(String.valueOf(e.getMessage()).contains("'" + text + "'"), e.getMessage());
  }

  @Property(tries = 300)
  void ipv6TextReadsBack(@ForAll long high, @ForAll long low) {
    var address = new IpAddress(Family.IPV6, high, low);
    if (high != 0 || low >>> 32 != 0xffff) { // IPv4-mapped addresses have no text of their own
      assertEquals(address, IpAddress.parse(address.toString()));
    }
  }

  @Property(tries = 300)
  void ipv6TextMeansTheSameToTheJdk(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    var text = IpAddress.ofBytes(bytes).toString();
    assertArrayEquals(
        InetAddress.getByAddress(bytes).getAddress(), InetAddress.getByName(text).getAddress());
  }

  @Test
  void additionCarries() {
    assertEquals("10.0.1.0", IpAddress.parse("10.0.0.255").plus(1).toString());
    assertEquals("0.0.0.0", IpAddress.parse("255.255.255.255").plus(1).toString());
    assertEquals(
        "2001:db8:0:1::", IpAddress.parse("2001:db8::ffff:ffff:ffff:ffff").plus(1).toString());
    assertEquals(
        "2001:db8::ffff:ffff:ffff:ffff", IpAddress.parse("2001:db8:0:1::").plus(-1).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, false", "172.31.0.1, false", "172.32.0.1, true", "192.168.0.1, false",
        "100.64.1.1, false",
    "169.254.1.1, false", "127.0.0.1, false", "224.0.0.1, false", "203.0.113.9, true",
        "8.8.8.8, true",
    "fd00::1, false", "fe80::1, false", "2001:db8::1, true", "::1, false"
  })
  void onlyAddressesOfTheInternetAreGloballyRoutable(String text, boolean expected) {
    assertEquals(expected, IpAddress.parse(text).isGloballyRoutable());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, Private",
    "172.31.0.1, Private",
    "192.168.0.1, Private",
    "fd00::1, Private",
    "100.64.0.1, SharedAddressSpace",
    "100.127.255.255, SharedAddressSpace",
    "100.128.0.1, Public",
    "203.0.113.9, Public",
    "2001:db8::1, Public",
    "169.254.1.1, SpecialPurpose",
    "fe80::1, SpecialPurpose",
    "127.0.0.1, SpecialPurpose"
  })
  void endpointsAreClassifiedByTheRegistries(String text, String expected) {
    assertEquals(expected, SpecialRanges.classify(IpAddress.parse(text)).toString());
  }
}
