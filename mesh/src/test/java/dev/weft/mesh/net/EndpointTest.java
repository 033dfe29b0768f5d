package dev.weft.mesh.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:51820",
        "[2001:db8::1]:51820",
        "vpn.example.com:51820",
        "vpn.example.com.:1",
        "_wg._udp.Example.com:65535",
        "a-b.c_d:7"
      })
  void anAddressOrANameWithAPortIsAnEndpoint(String text) {
    assertEquals(text, Endpoint.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "2001:db8::1:51820",
        "[2001:db8::1]",
        ":51820",
        "a:0",
        "a:65536",
        "a:099999",
        "-a.b:1",
        "a-.b:1",
        "a.b-:1",
        "a..b:1",
        ".a:1",
        ".:1",
        "a b:1",
        "256.1.1.1:1",
        "a\nb:1",
        "ä.example:1"
      })
  void nothingElseIs(String text) {
    assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
  }

  @Test
  void aLabelHas63CharactersAtMostAndANameHas253() {
    var label = "a".repeat(63);
    assertEquals(label, new Endpoint(label, 1).host());
    assertThrows(IllegalArgumentException.class, () -> new Endpoint(label + "a", 1));
    var name = (label + ".").repeat(3) + "a".repeat(61);
    assertEquals(253, name.length());
    assertEquals(name, new Endpoint(name, 1).host());
    assertThrows(IllegalArgumentException.class, () -> new Endpoint(name + "a", 1));
  }

  /** What overflowed the stack of the operator: a Node's annotation may have 256 KiB. */
  @ParameterizedTest
  @CsvSource({
    "a., 1500",
    "a., 130000",
    "a, 260000",
    "1., 130000",
    ":, 260000",
    "[, 1000",
    "-, 300"
  })
  void anyLengthIsRefusedAtOnceWithAShortMessage(String part, int times) {
    var text = part.repeat(times) + "a:51820";
    var refusal =
        assertTimeoutPreemptively(
            Duration.ofSeconds(2),
            () -> assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text)));
    assertTrue(String.valueOf(refusal.getMessage()).length() < 250, refusal::getMessage);
  }
}
