package dev.weft.e2e.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads captures of Ethernet frames in both formats that tcpdump and Wireshark write.
 *
 * <pre>
 * pcap:   magic 4 | version 2+2 | zone 4 | accuracy 4 | snap length 4 | link type 4
 *         then per frame: seconds 4 | µs or ns 4 | captured 4 | sent 4 | bytes
 * pcapng: blocks of: type 4 | length 4 | body | length 4, bodies padded to 4
 * </pre>
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. A file that is still being written may
 * end in the middle of a frame: what is complete is returned.
 */
public final class CaptureFile {
  private static final int PCAP_MICROS = 0xa1b2c3d4;
  private static final int PCAP_NANOS = 0xa1b23c4d;
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int BYTE_ORDER = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;
  private static final int LINKTYPE_ETHERNET = 1;

  private CaptureFile() {}

  /**
   * The complete frames of a capture.
   *
   * @param end the offset after the last of them
   */
  public record Part(List<Frame> frames, int end) {
    public Part {
      frames = List.copyOf(frames);
    }
  }

  /** All complete frames of a capture. */
  public static List<Frame> frames(byte[] file) {
    return part(file).frames();
  }

  /** All complete frames of a capture, and where they end. */
  public static Part part(byte[] file) {
    var in = ByteBuffer.wrap(file);
    if (file.length < 24) {
      throw new MalformedCapture(0, "%d bytes are no capture".formatted(file.length));
    }
    return in.getInt(0) == SECTION_HEADER ? pcapng(in) : pcap(in);
  }

  private static Part pcap(ByteBuffer in) {
    in.order(
        switch (in.getInt(0)) {
          case PCAP_MICROS, PCAP_NANOS -> ByteOrder.BIG_ENDIAN;
          default -> ByteOrder.LITTLE_ENDIAN;
        });
    long unit =
        switch (in.getInt(0)) {
          case PCAP_MICROS -> 1_000L;
          case PCAP_NANOS -> 1L;
          default -> throw new MalformedCapture(0, "neither pcap nor pcapng");
        };
    requireEthernet(20, in.getInt(20) & 0xffff);
    var frames = new ArrayList<Frame>();
    in.position(24);
    while (in.remaining() >= 16) {
      int at = in.position();
      var time =
          Instant.ofEpochSecond(
              Integer.toUnsignedLong(in.getInt()), Integer.toUnsignedLong(in.getInt()) * unit);
      int captured = in.getInt();
      in.getInt();
      if (captured < 0 || captured > 1 << 20) {
        throw new MalformedCapture(at, "a frame of %d bytes".formatted(captured));
      }
      if (captured > in.remaining()) {
        return new Part(frames, at);
      }
      frames.add(new Frame(time, in.slice(in.position(), captured)));
      in.position(in.position() + captured);
    }
    return new Part(frames, in.position());
  }

  private static Part pcapng(ByteBuffer in) {
    var frames = new ArrayList<Frame>();
    in.order(in.getInt(8) == BYTE_ORDER ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(8) != BYTE_ORDER) {
      throw new MalformedCapture(8, "no byte-order magic");
    }
    while (in.remaining() >= 12) {
      int at = in.position();
      int type = in.getInt();
      int length = in.getInt();
      if (length < 12 || length % 4 != 0) {
        throw new MalformedCapture(at + 4, "a block of %d bytes".formatted(length));
      }
      if (length > in.limit() - at) {
        return new Part(frames, at);
      }
      var body = in.slice(at + 8, length - 12).order(in.order());
      switch (type) {
        case INTERFACE -> requireEthernet(at + 8, body.getShort(0) & 0xffff);
        case ENHANCED_PACKET -> frames.add(enhanced(at, body));
        case SIMPLE_PACKET ->
            frames.add(new Frame(Instant.EPOCH, body.slice(4, body.remaining() - 4)));
        default -> {} // names, statistics, comments
      }
      in.position(at + length);
    }
    return new Part(frames, in.position());
  }

  /** The time is taken to be in microseconds, the format's default. */
  private static Frame enhanced(int at, ByteBuffer body) {
    long micros =
        Integer.toUnsignedLong(body.getInt(4)) << 32 | Integer.toUnsignedLong(body.getInt(8));
    int captured = body.getInt(12);
    if (captured < 0 || captured > body.limit() - 20) {
      throw new MalformedCapture(at + 20, "a frame of %d bytes".formatted(captured));
    }
    return new Frame(
        Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000),
        body.slice(20, captured));
  }

  private static void requireEthernet(int offset, int linkType) {
    if (linkType != LINKTYPE_ETHERNET) {
      throw new MalformedCapture(offset, "link type %d isn't Ethernet".formatted(linkType));
    }
  }
}
