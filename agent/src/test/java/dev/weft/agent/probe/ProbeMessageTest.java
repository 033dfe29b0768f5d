package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.probe.ProbeMessage.Kind;
import dev.weft.mesh.dataplane.ReachVector;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeMessageTest {
  @Test
  void aRequestIsMagicVersionKindAndNonceFilledWithZeros() {
    var buffer = ByteBuffer.allocate(20);
    ProbeMessage.request(0x0102030405060708L).write(buffer);
    assertArrayEquals(
        HexFormat.of()
            .parseHex("57454654" + "01" + "01" + "0000" + "0102030405060708" + "00000000"),
        buffer.array());
  }

  @Test
  void whatIsWrittenIsRead() {
    for (var message :
        List.of(
            ProbeMessage.request(-5),
            new ProbeMessage(Kind.REQUEST, -5, true, Optional.empty()),
            new ProbeMessage(Kind.REPLY, -5, false, Optional.empty()),
            new ProbeMessage(Kind.REPLY, -5, false, Optional.of(new ReachVector(-7, Set.of()))),
            new ProbeMessage(
                Kind.REPLY, -5, false, Optional.of(new ReachVector(9, Set.of(0, 8, 1023)))))) {
      var buffer = ByteBuffer.allocate(message.length());
      message.write(buffer);
      assertEquals(Optional.of(message), ProbeMessage.read(buffer.flip()));
    }
  }

  @Test
  void anAnswerIsNeverLongerThanItsQuestionAndSaysOnlyWhatItWasAskedFor() {
    var reach = Optional.of(new ReachVector(1, Set.of(1023)));
    var asking = new ProbeMessage(Kind.REQUEST, 5, true, Optional.empty());
    assertEquals(reach, asking.reply(asking.length(), reach).reach());
    assertEquals(asking.length(), asking.reply(asking.length(), reach).length());
    assertEquals(Optional.empty(), asking.reply(asking.length() - 1, reach).reach());
    assertEquals(Optional.empty(), ProbeMessage.request(5).reply(1400, reach).reach());
  }

  /** What follows the flag is another's, and may be anything. */
  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0000000100", "000000010002ff", "00000001ffff00"})
  void aReachThatIsCutShortIsNone(String rest) {
    var hex = "57454654" + "01" + "02" + "0001" + "0102030405060708" + rest;
    var read = ProbeMessage.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).orElseThrow();
    assertEquals(Optional.empty(), read.reach());
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
