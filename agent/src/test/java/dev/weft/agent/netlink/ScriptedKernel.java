package dev.weft.agent.netlink;

import dev.weft.agent.nativelib.Datagrams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers each send with datagrams laid down before. */
final class ScriptedKernel implements Datagrams {
  /** What comes instead of a datagram. */
  interface Turn {
    /** Makes the datagram for the sequence number of the last send's first request. */
    byte[] answer(int sequence) throws IOException;
  }

  final List<byte[]> sent = new ArrayList<>();
  private final Deque<Turn> turns = new ArrayDeque<>();
  private int sequence;

  ScriptedKernel then(Turn turn) {
    turns.add(turn);
    return this;
  }

  /** A header and a payload; {@code back} is subtracted from the sequence number. */
  static byte[] message(int type, int flags, int sequence, byte... payload) {
    return ByteBuffer.allocate(Netlink.NLMSG_HDRLEN + payload.length)
        .order(ByteOrder.nativeOrder())
        .putInt(Netlink.NLMSG_HDRLEN + payload.length)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(sequence)
        .putInt(0)
        .put(payload)
        .array();
  }

  static byte[] join(byte[]... messages) {
    int length = 0;
    for (var message : messages) {
      length += message.length;
    }
    var all = ByteBuffer.allocate(length);
    for (var message : messages) {
      all.put(message);
    }
    return all.array();
  }

  @Override
  public void send(ByteBuffer data) {
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    sent.add(bytes);
    sequence = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(8);
  }

  @Override
  public boolean receive(ByteBuffer into, int timeoutMillis) throws IOException {
    if (turns.isEmpty()) {
      return false;
    }
    into.clear();
    into.put(turns.poll().answer(sequence)).flip();
    return true;
  }

  @Override
  public void close() {}
}
