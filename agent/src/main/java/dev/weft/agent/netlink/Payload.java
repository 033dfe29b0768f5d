package dev.weft.agent.netlink;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A stretch of a received datagram. Every access is checked against its bounds; numbers are in the
 * machine's byte order unless the name says otherwise, and unsigned.
 */
public final class Payload {
  private final ByteBuffer bytes;
  private final int start;
  private final int length;

  private Payload(ByteBuffer bytes, int start, int length) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
  }

  /** A buffer's bytes from 0 to its limit; they must not change while the payload is in use. */
  static Payload of(ByteBuffer buffer) {
    return new Payload(buffer, 0, buffer.limit());
  }

  public int length() {
    return length;
  }

  /** Offset from the start of the datagram, for messages. */
  int offset() {
    return start;
  }

  public int u8(int at) {
    return bytes.get(check(at, 1)) & 0xff;
  }

  public int u16(int at) {
    return bytes.getShort(check(at, 2)) & 0xffff;
  }

  public long u32(int at) {
    return bytes.getInt(check(at, 4)) & 0xffff_ffffL;
  }

  public int s32(int at) {
    return bytes.getInt(check(at, 4));
  }

  public long s64(int at) {
    return bytes.getLong(check(at, 8));
  }

  /** What is wrong with this stretch, at its start. */
  public MalformedMessageException malformed(String reason) {
    return new MalformedMessageException(start, reason);
  }

  /** 16 bits in network byte order. */
  public int be16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  public Payload slice(int at, int size) {
    return new Payload(bytes, check(at, size), size);
  }

  public byte[] toBytes() {
    var copy = new byte[length];
    bytes.get(start, copy);
    return copy;
  }

  /** A text up to its first zero or the end. */
  public String text() {
    int end = 0;
    while (end < length && u8(end) != 0) {
      end++;
    }
    return new String(slice(0, end).toBytes(), StandardCharsets.UTF_8);
  }

  /** An address that fills the payload. */
  public IpAddress address() {
    if (length != 4 && length != 16) {
      throw new MalformedMessageException(start, "an address has 4 or 16 bytes, not " + length);
    }
    return IpAddress.ofBytes(toBytes());
  }

  /** The prefix of that length that holds the address which fills the payload. */
  public Prefix prefix(int prefixLength) {
    var address = address();
    if (prefixLength > address.family().bits()) {
      throw new MalformedMessageException(
          start, "prefix length %d of an %s address".formatted(prefixLength, address.family()));
    }
    return Prefix.of(address, prefixLength);
  }

  /** A WireGuard public key that fills the payload. */
  public PublicKey publicKey() {
    try {
      return PublicKey.ofBytes(toBytes());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(start, "no public key of " + length + " bytes");
    }
  }

  /** An address of the family that fills the payload. */
  public IpAddress address(Family family) {
    if (length != family.bits() / 8) {
      throw malformed("an %s address of %d bytes".formatted(family, length));
    }
    return address();
  }

  /** The prefix of that length and family that holds the address which fills the payload. */
  public Prefix prefix(Family family, int prefixLength) {
    address(family);
    return prefix(prefixLength);
  }

  /** An address of the given family at a place. */
  public IpAddress address(int at, Family family) {
    return slice(at, family.bits() / 8).address();
  }

  /** The attributes from a place to the end. */
  public Attributes attributes(int at) {
    check(at, 0);
    return Attributes.parse(slice(at, length - at));
  }

  /** The first attribute of a type from a place on. */
  public Optional<Payload> firstAttribute(int at, int type) {
    check(at, 0);
    return Attributes.first(slice(at, length - at), type);
  }

  private int check(int at, int size) {
    if (at < 0 || size < 0 || at > length - size) {
      throw new MalformedMessageException(
          start + Math.clamp(at, 0, length),
          "%d bytes wanted at %d of a stretch of %d".formatted(size, at, length));
    }
    return start + at;
  }
}
