package dev.weft.e2e.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP packet, as much of it as was captured or quoted.
 *
 * @param protocol the last header's, extension headers of IPv6 skipped
 * @param fragmentId of a fragment, else -1
 * @param fragmentOffset in bytes, 0 for a whole packet or a first fragment
 * @param payloadLength what the sender says follows the IP header, captured or not
 * @param payload what was captured of that
 */
record Packet(
    InetAddress source,
    InetAddress destination,
    int protocol,
    long fragmentId,
    int fragmentOffset,
    int payloadLength,
    ByteBuffer payload) {
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;
  private static final int FRAGMENT = 44;

  /** Reads an IP packet; fails with {@link IllegalArgumentException} if it isn't one. */
  static Packet parse(ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      throw new IllegalArgumentException("an empty packet");
    }
    return switch (bytes.get(0) >> 4 & 0xf) {
      case 4 -> v4(bytes);
      case 6 -> v6(bytes);
      default -> throw new IllegalArgumentException("neither IPv4 nor IPv6");
    };
  }

  /** Whether ports or the ICMP type can be read. */
  boolean hasTransportHeader() {
    return fragmentOffset == 0 && payload.limit() >= 8;
  }

  Flow flow() {
    return new Flow(
        protocol,
        source.getHostAddress(),
        payload.getShort(0) & 0xffff,
        destination.getHostAddress(),
        payload.getShort(2) & 0xffff);
  }

  private static Packet v4(ByteBuffer bytes) {
    int header = (bytes.get(0) & 0xf) * 4;
    if (header < 20 || bytes.limit() < header) {
      throw new IllegalArgumentException("a cut IPv4 header");
    }
    int fragment = bytes.getShort(6) & 0x3fff; // more fragments, offset
    int total = bytes.getShort(2) & 0xffff;
    int captured = Math.min(bytes.limit(), Math.max(total, header)) - header;
    return new Packet(
        address(bytes, 12, 4),
        address(bytes, 16, 4),
        bytes.get(9) & 0xff,
        fragment == 0 ? -1 : bytes.getShort(4) & 0xffff,
        (fragment & 0x1fff) * 8,
        total - header,
        bytes.slice(header, captured));
  }

  private static Packet v6(ByteBuffer bytes) {
    if (bytes.limit() < 40) {
      throw new IllegalArgumentException("a cut IPv6 header");
    }
    int length = bytes.getShort(4) & 0xffff;
    int next = bytes.get(6) & 0xff;
    int at = 40;
    long fragmentId = -1;
    int fragmentOffset = 0;
    while (isExtension(next) && bytes.limit() >= at + 8) {
      if (next == FRAGMENT) {
        fragmentId = Integer.toUnsignedLong(bytes.getInt(at + 4));
        fragmentOffset = bytes.getShort(at + 2) & 0xfff8;
      }
      int size = next == FRAGMENT ? 8 : ((bytes.get(at + 1) & 0xff) + 1) * 8;
      next = bytes.get(at) & 0xff;
      at += size;
    }
    at = Math.min(at, bytes.limit());
    return new Packet(
        address(bytes, 8, 16),
        address(bytes, 24, 16),
        next,
        fragmentId,
        fragmentOffset,
        length - (at - 40),
        bytes.slice(at, bytes.limit() - at));
  }

  private static boolean isExtension(int next) {
    return next == 0 || next == 43 || next == FRAGMENT || next == 60;
  }

  private static InetAddress address(ByteBuffer bytes, int offset, int length) {
    var raw = new byte[length];
    bytes.get(offset, raw);
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
