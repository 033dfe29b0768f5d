package dev.weft.agent.netlink;

import static dev.weft.agent.netlink.Netlink.NLMSG_DONE;
import static dev.weft.agent.netlink.Netlink.NLMSG_ERROR;
import static dev.weft.agent.netlink.Netlink.NLMSG_NOOP;
import static dev.weft.agent.netlink.Netlink.NLMSG_OVERRUN;
import static dev.weft.agent.netlink.Netlink.NLM_F_DUMP_INTR;
import static dev.weft.agent.netlink.ScriptedKernel.join;
import static dev.weft.agent.netlink.ScriptedKernel.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.nativelib.NativeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of a conversation that is disturbed. */
class ConversationTest {
  private static final int OBJECT = 24;
  private static final Request REQUEST = new PayloadBuilder().u32(0).request(26, 0);
  private static final byte[] OK = code(0);

  private final ScriptedKernel kernel = new ScriptedKernel();
  private final NetlinkSocket socket = new NetlinkSocket(kernel);

  private static byte[] code(int errno) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(-errno).array();
  }

  private List<Integer> dump() throws IOException {
    return socket.dump("RTM_GETROUTE", REQUEST, (m, sink) -> sink.accept(m.payload().u8(0)));
  }

  private static byte[] object(int value, int flags, int sequence) {
    return message(OBJECT, flags, sequence, (byte) value, (byte) 0, (byte) 0, (byte) 0);
  }

  @Test
  void dumpInSeveralDatagramsIsOne() throws IOException {
    kernel.then(s -> join(object(1, 0, s), object(2, 0, s)));
    kernel.then(s -> join(object(3, 0, s), message(NLMSG_DONE, 0, s, OK)));
    assertEquals(List.of(1, 2, 3), dump());
  }

  /** What was dumped before the disturbance doesn't mix with what comes after. */
  @Test
  void interruptedDumpIsAskedForAgain() throws IOException {
    kernel.then(s -> join(object(1, 0, s), object(2, NLM_F_DUMP_INTR, s)));
    kernel.then(s -> message(NLMSG_DONE, 0, s, OK));
    kernel.then(s -> join(object(1, 0, s), message(NLMSG_DONE, NLM_F_DUMP_INTR, s, OK)));
    kernel.then(s -> message(NLMSG_DONE, 0, s, code(Errno.EINTR)));
    kernel.then(s -> join(object(7, 0, s), message(NLMSG_DONE, 0, s, OK)));
    assertEquals(List.of(7), dump());
    assertEquals(4, kernel.sent.size());
  }

  @Test
  void dumpThatIsAlwaysInterruptedEndsWithAnError() {
    Stream.generate(() -> 0)
        .limit(100)
        .forEach(
            i ->
                kernel.then(
                    s -> join(object(1, NLM_F_DUMP_INTR, s), message(NLMSG_DONE, 0, s, OK))));
    var e = assertThrows(IOException.class, this::dump);
    assertEquals(8, kernel.sent.size());
    assertTrue(e.toString().contains("RTM_GETROUTE: disturbed in each of 8 attempts"), e::toString);
  }

  @Test
  void dumpWithLostAnswersIsAskedForAgain() throws IOException {
    kernel.then(s -> object(1, 0, s));
    kernel.then(
        s -> {
          throw new NativeException("recv", Errno.ENOBUFS);
        });
    kernel.then(s -> join(object(3, 0, s), message(NLMSG_OVERRUN, 0, s)));
    kernel.then(s -> message(NLMSG_DONE, 0, s, OK));
    kernel.then(s -> join(object(4, 0, s), message(NLMSG_DONE, 0, s, OK)));
    assertEquals(List.of(4), dump());
  }

  @Test
  void answersToEarlierRequestsAndNoopsArePassedOver() throws IOException {
    kernel.then(s -> join(object(9, 0, s - 1), message(NLMSG_DONE, 0, s - 1, OK)));
    kernel.then(s -> join(message(NLMSG_NOOP, 0, s), object(1, 0, s)));
    kernel.then(s -> message(NLMSG_DONE, 0, s, OK));
    assertEquals(List.of(1), dump());
  }

  @Test
  void refusedDumpNamesOperationAndErrno() {
    kernel.then(s -> message(NLMSG_ERROR, 0, s, code(Errno.ENOENT)));
    var e = assertThrows(KernelRefusal.class, this::dump);
    assertEquals("RTM_GETROUTE: ENOENT (no such object)", e.getMessage());
    assertEquals(Errno.ENOENT, e.errno());
  }

  @Test
  void refusalsFindTheirRequestAndTheLastAnswerEndsTheWait() throws IOException {
    kernel.then(s -> message(NLMSG_ERROR, 0, s + 1, code(Errno.EEXIST)));
    kernel.then(s -> message(NLMSG_ERROR, 0, s + 3, OK));
    var acks = socket.execute(List.of(REQUEST, REQUEST, REQUEST, REQUEST));
    assertEquals(List.of(0, Errno.EEXIST, 0, 0), acks.stream().map(Ack::errno).toList());
    assertEquals(1, kernel.sent.size());
    assertEquals(4 * 20, kernel.sent.getFirst().length);
  }

  @Test
  void kernelThatKeepsSilentIsAnError() {
    var e = assertThrows(IOException.class, () -> socket.execute(List.of(REQUEST)));
    assertEquals("the kernel didn't answer within 10000 ms", e.getMessage());
  }

  @Test
  void garbledAnswerIsMalformed() {
    kernel.then(s -> new byte[] {9, 0, 0, 0, 1});
    assertThrows(MalformedMessageException.class, this::dump);
  }
}
