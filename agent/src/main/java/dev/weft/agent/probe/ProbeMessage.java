package dev.weft.agent.probe;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A probe, the payload of a UDP packet between two agents inside a tunnel; network byte order.
 *
 * <pre>
 *  | u32 magic "WEFT" | u8 version 1 | u8 kind | u16 zero | u64 nonce | zeros … |
 * </pre>
 *
 * A request is filled up to the size that is probed. A reply is never longer than {@link #LENGTH}:
 * nobody gets more bytes back than he sent, and only the way there is measured.
 *
 * @param kind request or reply
 * @param nonce of the request, random: a reply can't be guessed
 */
record ProbeMessage(Kind kind, long nonce) {
  /** Bytes without filling. */
  static final int LENGTH = 16;

  private static final int MAGIC = 0x57454654;
  private static final byte VERSION = 1;

  /** The direction. */
  enum Kind {
    REQUEST(1),
    REPLY(2);

    final byte number;

    Kind(int number) {
      this.number = (byte) number;
    }
  }

  /** Writes the message, filled with zeros to the buffer's limit. */
  void write(ByteBuffer buffer) {
    buffer.putInt(MAGIC).put(VERSION).put(kind.number).putShort((short) 0).putLong(nonce);
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }

  /** Reads a message; empty: it is none of ours, or of a version that we don't know. */
  static Optional<ProbeMessage> read(ByteBuffer buffer) {
    if (buffer.remaining() < LENGTH || buffer.getInt() != MAGIC || buffer.get() != VERSION) {
      return Optional.empty();
    }
    byte number = buffer.get();
    buffer.getShort();
    long nonce = buffer.getLong();
    for (var kind : Kind.values()) {
      if (kind.number == number) {
        return Optional.of(new ProbeMessage(kind, nonce));
      }
    }
    return Optional.empty();
  }
}
