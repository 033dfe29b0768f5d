package dev.weft.agent.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.rtnetlink.AddressMessages;
import dev.weft.agent.rtnetlink.NextHopMessages;
import dev.weft.agent.rtnetlink.RouteMessages;
import dev.weft.agent.rtnetlink.RuleMessages;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Messages and attributes: what is whole is read, what is not says where it is broken. */
class MessageTest {
  private static final List<Case> CASES =
      List.of(
          new Case(Captured.ROUTE, RouteMessages::read),
          new Case(Captured.RULE, RuleMessages::read),
          new Case(Captured.NEXT_HOP, NextHopMessages::read),
          new Case(Captured.GROUP, NextHopMessages::read),
          new Case(Captured.ADDRESS, AddressMessages::read),
          new Case(Captured.REFUSAL, Message::ack));

  private record Case(String hex, Consumer<Message> reading) {}

  @Test
  void refusalCarriesErrnoAndTheKernelsText() {
    var ack = Captured.message(Captured.REFUSAL).ack();
    assertEquals(22, ack.errno());
    assertEquals("Nexthop id does not exist", ack.text());
    assertEquals("EINVAL (invalid argument): Nexthop id does not exist", ack.toString());
  }

  @Test
  void attributesArePaddedAndMeasured() {
    var request =
        new PayloadBuilder()
            .u8(1)
            .attributeText(3, "ab")
            .nested(9, b -> b.attributeU8(1, 7).attributeU16(2, 0x0102))
            .request(24, 0);
    assertArrayEquals(
        Captured.bytes("01" + "07000300616200"),
        Arrays.copyOf(request.payload(), 8),
        "a text ends with a zero");
    assertEquals(0, new PayloadBuilder().attributeU8(1, 7).size() % 4);
    assertArrayEquals(
        Captured.bytes("1400098005000100070000000600020002010000"),
        new PayloadBuilder()
            .nested(9, b -> b.attributeU8(1, 7).attributeU16(2, 0x0102))
            .request(24, 0)
            .payload());
  }

  @Test
  void attributeThatIsTooLongIsRefused() {
    var builder = new PayloadBuilder();
    assertThrows(IllegalArgumentException.class, () -> builder.attribute(1, new byte[0x10000]));
  }

  @Test
  void truncationAtEveryOffsetIsMalformedOrHarmless() {
    for (var c : CASES) {
      var bytes = Captured.bytes(c.hex());
      for (int length = 1; length < bytes.length; length++) {
        var cut = Arrays.copyOf(bytes, length);
        assertThrows(MalformedMessageException.class, () -> Captured.messages(cut));
        // The same cut with a header that agrees with it reaches the readers.
        if (length >= Netlink.NLMSG_HDRLEN) {
          cut[0] = (byte) length;
          cut[1] = (byte) (length >> 8);
          readOrMalformed(c, cut);
        }
      }
    }
  }

  @Test
  void anyChangedByteIsMalformedOrHarmless() {
    var random = new Random(1);
    for (var c : CASES) {
      for (int round = 0; round < 5000; round++) {
        var bytes = Captured.bytes(c.hex());
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        readOrMalformed(c, bytes);
      }
    }
  }

  private static void readOrMalformed(Case c, byte[] bytes) {
    try {
      Captured.messages(bytes).forEach(c.reading());
    } catch (MalformedMessageException e) {
      assertTrue(e.offset() >= 0 && e.offset() <= bytes.length, e.toString());
    }
  }

  @Test
  void malformedMessageSaysWhere() {
    var bytes = Captured.bytes(Captured.ROUTE);
    bytes[28] = 3; // the first attribute's length
    var e =
        assertThrows(
            MalformedMessageException.class,
            () -> Captured.messages(bytes).forEach(RouteMessages::read));
    assertEquals(28, e.offset());
    assertEquals("at byte 28: attribute length 3 where 48 bytes are left", e.getMessage());
  }
}
