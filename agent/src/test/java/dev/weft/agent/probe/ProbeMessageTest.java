package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeMessageTest {
  @Test
  void aRequestIsMagicVersionKindAndNonceFilledWithZeros() {
    var buffer = ByteBuffer.allocate(20);
    new ProbeMessage(ProbeMessage.Kind.REQUEST, 0x0102030405060708L).write(buffer);
    assertArrayEquals(
        HexFormat.of()
            .parseHex("57454654" + "01" + "01" + "0000" + "0102030405060708" + "00000000"),
        buffer.array());
  }

  @Test
  void whatIsWrittenIsRead() {
    for (var kind : ProbeMessage.Kind.values()) {
      var buffer = ByteBuffer.allocate(1400);
      new ProbeMessage(kind, -5).write(buffer);
      assertEquals(Optional.of(new ProbeMessage(kind, -5)), ProbeMessage.read(buffer.flip()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5745465401010000010203040506",
        "00000000010100000102030405060708",
        "57454654020100000102030405060708",
        "57454654010300000102030405060708"
      })
  void whatIsNoProbeIsPassedOver(String hex) {
    assertEquals(
        Optional.empty(), ProbeMessage.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
  }
}
