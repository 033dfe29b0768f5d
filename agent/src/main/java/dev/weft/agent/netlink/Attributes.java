package dev.weft.agent.netlink;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a message or of a nest, in order.
 *
 * @param all as they came; flags in the type are cut off
 */
public record Attributes(List<Attribute> all) {
  /** One attribute. */
  public record Attribute(int type, Payload value) {}

  public Attributes {
    all = List.copyOf(all);
  }

  static Attributes parse(Payload payload) {
    var all = new ArrayList<Attribute>();
    int at = 0;
    while (at < payload.length()) {
      int length = lengthAt(payload, at);
      all.add(new Attribute(typeAt(payload, at), valueAt(payload, at, length)));
      at += Netlink.align(length);
    }
    return new Attributes(all);
  }

  /**
   * The first attribute of a type, for where no other is of interest: those after it aren't read.
   */
  static Optional<Payload> first(Payload payload, int type) {
    int at = 0;
    while (at < payload.length()) {
      int length = lengthAt(payload, at);
      if (typeAt(payload, at) == type) {
        return Optional.of(valueAt(payload, at, length));
      }
      at += Netlink.align(length);
    }
    return Optional.empty();
  }

  private static int lengthAt(Payload payload, int at) {
    int length = payload.u16(at);
    if (length < Netlink.NLA_HDRLEN || length > payload.length() - at) {
      throw new MalformedMessageException(
          payload.offset() + at,
          "attribute length %d where %d bytes are left".formatted(length, payload.length() - at));
    }
    return length;
  }

  private static int typeAt(Payload payload, int at) {
    return payload.u16(at + 2) & Netlink.NLA_TYPE_MASK;
  }

  private static Payload valueAt(Payload payload, int at, int length) {
    return payload.slice(at + Netlink.NLA_HDRLEN, length - Netlink.NLA_HDRLEN);
  }

  /** The last attribute of the type, as the kernel takes it. */
  public Optional<Payload> get(int type) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).type() == type) {
        return Optional.of(all.get(i).value());
      }
    }
    return Optional.empty();
  }

  /**
   * An attribute without which the message means nothing.
   *
   * @param what for the exception, such as {@code a route without RTA_DST}
   * @param within the message or nest, for the exception's offset
   */
  public Payload require(int type, String what, Payload within) {
    return get(type).orElseThrow(() -> within.malformed(what));
  }

  public long u32(int type, long otherwise) {
    var value = sized(type, 4);
    return value.isPresent() ? value.get().u32(0) : otherwise;
  }

  public int u8(int type, int otherwise) {
    var value = sized(type, 1);
    return value.isPresent() ? value.get().u8(0) : otherwise;
  }

  public int u16(int type, int otherwise) {
    var value = sized(type, 2);
    return value.isPresent() ? value.get().u16(0) : otherwise;
  }

  public long s64(int type, long otherwise) {
    var value = sized(type, 8);
    return value.isPresent() ? value.get().s64(0) : otherwise;
  }

  /** A number of another size than its type's would be read as another number. */
  private Optional<Payload> sized(int type, int bytes) {
    var value = get(type);
    if (value.isPresent() && value.get().length() != bytes) {
      throw value
          .get()
          .malformed(
              "attribute %d has %d bytes, not %d".formatted(type, value.get().length(), bytes));
    }
    return value;
  }

  /** The text; empty where there is none. */
  public String text(int type) {
    return get(type).map(Payload::text).orElse("");
  }

  /** The attributes of a nest; none where there is no nest. */
  public Attributes nested(int type) {
    return get(type).map(v -> v.attributes(0)).orElse(new Attributes(List.of()));
  }
}
