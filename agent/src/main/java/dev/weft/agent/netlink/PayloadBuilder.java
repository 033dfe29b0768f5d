package dev.weft.agent.netlink;

import dev.weft.mesh.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a message's fixed header and attributes.
 *
 * <pre>
 *  nlattr:  | u16 length | u16 type | value … | padding to 4 |
 * </pre>
 *
 * Numbers are in the machine's byte order unless the name says otherwise. Lengths that don't fit in
 * 16 bits are refused.
 */
public final class PayloadBuilder {
  private ByteBuffer buffer = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

  public PayloadBuilder u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  public PayloadBuilder u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  public PayloadBuilder u32(long value) {
    room(4).putInt((int) value);
    return this;
  }

  public PayloadBuilder raw(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  public PayloadBuilder attribute(int type, byte[] value) {
    return attribute(type, b -> b.raw(value));
  }

  public PayloadBuilder attributeU8(int type, int value) {
    return attribute(type, b -> b.u8(value));
  }

  public PayloadBuilder attributeU16(int type, int value) {
    return attribute(type, b -> b.u16(value));
  }

  public PayloadBuilder attributeU32(int type, long value) {
    return attribute(type, b -> b.u32(value));
  }

  public PayloadBuilder attributeAddress(int type, IpAddress value) {
    return attribute(type, value.toBytes());
  }

  /** A text with its terminating zero. */
  public PayloadBuilder attributeText(int type, String value) {
    return attribute(type, b -> b.raw(value.getBytes(StandardCharsets.UTF_8)).u8(0));
  }

  /** An attribute of attributes. */
  public PayloadBuilder nested(int type, Consumer<PayloadBuilder> content) {
    return attribute(type | Netlink.NLA_F_NESTED, content);
  }

  private PayloadBuilder attribute(int type, Consumer<PayloadBuilder> content) {
    int start = buffer.position();
    u16(0).u16(type);
    content.accept(this);
    int length = buffer.position() - start;
    if (length > 0xffff) {
      throw new IllegalArgumentException(
          "attribute %d has %d bytes, more than 65535".formatted(type, length));
    }
    buffer.putShort(start, (short) length);
    while (buffer.position() % 4 != 0) {
      u8(0);
    }
    return this;
  }

  /** Bytes written up to now. */
  public int size() {
    return buffer.position();
  }

  /** The request with what was written. */
  public Request request(int type, int flags) {
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return new Request(type, flags, bytes);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      var larger = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
      larger.put(buffer.flip());
      buffer = larger;
    }
    return buffer;
  }
}
