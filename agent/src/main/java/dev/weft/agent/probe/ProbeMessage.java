package dev.weft.agent.probe;

import dev.weft.mesh.dataplane.ReachVector;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A probe, the payload of a UDP packet between two agents inside a tunnel; network byte order.
 *
 * <pre>
 *  | u32 magic "WEFT" | u8 version 1 | u8 kind | u16 flags | u64 nonce |
 *  | u32 epoch | u16 number of bytes | bits, the lowest first … | zeros … |
 * </pre>
 *
 * A request is filled up to the size that is probed, or to {@link #WITH_REACH} if it asks for the
 * second line. An answer has that line only if it was asked for, and fits: it is never longer than
 * its request. Agents that don't know the flag ignore it.
 *
 * @param kind request or reply
 * @param nonce of the request, random: a reply can't be guessed
 * @param asksForReach whether a request asks which locations the other reaches
 * @param reach which locations the sender of a reply reaches; empty: it does not say
 */
record ProbeMessage(Kind kind, long nonce, boolean asksForReach, Optional<ReachVector> reach) {
  /** Bytes without filling and without the second line. */
  static final int LENGTH = 16;

  /** Bytes of a request that asks for the reach: room for 1024 locations. */
  static final int WITH_REACH = LENGTH + 6 + 128;

  private static final int MAGIC = 0x57454654;
  private static final byte VERSION = 1;
  private static final short REACH = 1;

  /** The direction. */
  enum Kind {
    REQUEST(1),
    REPLY(2);

    final byte number;

    Kind(int number) {
      this.number = (byte) number;
    }
  }

  /** A request that asks for nothing. */
  static ProbeMessage request(long nonce) {
    return new ProbeMessage(Kind.REQUEST, nonce, false, Optional.empty());
  }

  /**
   * The answer to this request.
   *
   * @param length of the request, bytes
   * @param own what this node reaches
   */
  ProbeMessage reply(int length, Optional<ReachVector> own) {
    var fits = own.filter(r -> asksForReach && LENGTH + 6 + bits(r).length <= length);
    return new ProbeMessage(Kind.REPLY, nonce, false, fits);
  }

  /** Bytes that it needs. */
  int length() {
    return asksForReach ? WITH_REACH : LENGTH + reach.map(r -> 6 + bits(r).length).orElse(0);
  }

  private static byte[] bits(ReachVector reach) {
    var bits = new BitSet();
    reach.reached().forEach(bits::set);
    return bits.toByteArray();
  }

  /** Writes the message, filled with zeros to the buffer's limit. */
  void write(ByteBuffer buffer) {
    short flags = asksForReach || reach.isPresent() ? REACH : 0;
    buffer.putInt(MAGIC).put(VERSION).put(kind.number).putShort(flags).putLong(nonce);
    if (reach.isPresent()) {
      var bits = bits(reach.get());
      buffer.putInt(reach.get().epoch()).putShort((short) bits.length).put(bits);
    }
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
    boolean flagged = (buffer.getShort() & REACH) != 0;
    long nonce = buffer.getLong();
    if (number == Kind.REQUEST.number) {
      return Optional.of(new ProbeMessage(Kind.REQUEST, nonce, flagged, Optional.empty()));
    }
    return number == Kind.REPLY.number
        ? Optional.of(
            new ProbeMessage(
                Kind.REPLY, nonce, false, flagged ? readReach(buffer) : Optional.empty()))
        : Optional.empty();
  }

  private static Optional<ReachVector> readReach(ByteBuffer buffer) {
    if (buffer.remaining() < 6) {
      return Optional.empty();
    }
    int epoch = buffer.getInt();
    int length = Short.toUnsignedInt(buffer.getShort());
    if (length > buffer.remaining()) {
      return Optional.empty();
    }
    var bits = BitSet.valueOf(buffer.slice(buffer.position(), length));
    return Optional.of(
        new ReachVector(epoch, bits.stream().boxed().collect(Collectors.toUnmodifiableSet())));
  }
}
