package dev.weft.agent.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.agent.rtnetlink.RouteMessages;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Messages and attributes: what is whole is read, what is not says where it is broken. */
class MessageTest {
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
  void refusalNamesTheAttribute() {
    var ack = Captured.message(Captured.REFUSED_ATTRIBUTE).ack();
    assertEquals(new Ack(34, "Attribute failed policy validation", 28), ack);
    assertEquals(
        "ERANGE: Attribute failed policy validation (attribute at byte 28 of the request)",
        ack.toString());
    assertEquals("RTM_NEWROUTE: " + ack, new KernelRefusal("RTM_NEWROUTE", ack).getMessage());
  }

  @Test
  void familyIsRead() {
    assertEquals(16, GeNetlink.familyId(Captured.message(Captured.FAMILY)));
  }

  /** An answer too short for its code would otherwise pass for success. */
  @Test
  void answerWithoutCodeIsNoSuccess() {
    var bytes = Captured.bytes("100000000200000007000000de240000");
    var message = Captured.messages(bytes).getFirst();
    assertThrows(MalformedMessageException.class, message::ack);
  }

  @Test
  void messageOfAnotherTypeIsMalformed() {
    var rule = Captured.message(Captured.RULE);
    var e = assertThrows(MalformedMessageException.class, () -> RouteMessages.read(rule));
    assertEquals("at byte 4: message type 32 where 24 is due", e.getMessage());
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
