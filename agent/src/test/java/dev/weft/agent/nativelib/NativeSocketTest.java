package dev.weft.agent.nativelib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a socket makes of signals, and of a kernel that has no more descriptors. */
class NativeSocketTest {
  private static final int READY = 1;

  /** System calls that answer in order; a negative answer is an errno. */
  private static final class Calls implements LibC {
    private final Deque<Integer> polls = new ArrayDeque<>();
    private final Deque<Integer> receives = new ArrayDeque<>();
    private final Deque<Integer> sends = new ArrayDeque<>();
    private final List<Integer> closed = new ArrayList<>();
    private int eventfd = 8;

    private static int answer(int result) {
      if (result < 0) {
        jnr.ffi.Runtime.getSystemRuntime().setLastError(-result);
        return -1;
      }
      return result;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
      return 7;
    }

    @Override
    public int bind(int descriptor, byte[] address, int length) {
      return 0;
    }

    @Override
    public int setsockopt(int descriptor, int level, int name, byte[] value, int length) {
      return 0;
    }

    @Override
    public long send(int descriptor, ByteBuffer data, long length, int flags) {
      return answer(sends.removeFirst());
    }

    @Override
    public long recv(int descriptor, ByteBuffer data, long length, int flags) {
      return answer(receives.removeFirst());
    }

    @Override
    public int poll(ByteBuffer descriptors, long count, int timeoutMillis) {
      int result = answer(polls.removeFirst());
      descriptors.putShort(6, (short) (result > 0 ? Sockets.POLLIN : 0));
      return result;
    }

    @Override
    public int eventfd(int initial, int flags) {
      return answer(eventfd);
    }

    @Override
    public long write(int descriptor, byte[] data, long length) {
      return length;
    }

    @Override
    public int close(int descriptor) {
      closed.add(descriptor);
      return 0;
    }
  }

  private final Calls calls = new Calls();

  private NativeSocket open() throws IOException {
    return NativeSocket.open(calls, Sockets.AF_NETLINK, Sockets.SOCK_RAW, 0);
  }

  @Test
  void aSignalIsNoLostAnswer() throws IOException {
    calls.polls.addAll(List.of(-Errno.EINTR, READY, READY, -Errno.EINTR, READY));
    calls.receives.addAll(List.of(-Errno.EINTR, -Errno.EAGAIN, 4));
    try (var socket = open()) {
      var into = ByteBuffer.allocateDirect(16);
      assertTrue(socket.receive(into, 1_000), "an answer that came after signals");
      assertEquals(4, into.limit());
    }
  }

  @Test
  void aSendThatASignalInterruptedIsMadeAgain() throws IOException {
    calls.sends.addAll(List.of(-Errno.EINTR, 4));
    try (var socket = open()) {
      socket.send(ByteBuffer.allocateDirect(4));
    }
    assertTrue(calls.sends.isEmpty());
  }

  @Test
  void noAnswerInTimeIsNone() throws IOException {
    calls.polls.addAll(List.of(-Errno.EINTR, 0));
    try (var socket = open()) {
      assertFalse(socket.receive(ByteBuffer.allocateDirect(16), 1_000));
    }
  }

  @Test
  void withoutAnEventDescriptorTheSocketIsClosedAgain() {
    calls.eventfd = -24;
    assertThrows(NativeException.class, this::open);
    assertEquals(List.of(7), calls.closed);
  }
}
