package dev.weft.agent.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.rtnetlink.AddressMessages;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every kind of message, cut at every byte. */
class TruncationTest {
  /** Bytes of header and fixed part, before the attributes. */
  private static final Map<String, Integer> FIXED =
      Map.of(
          "route", 28,
          "rule", 28,
          "next hop", 24,
          "group", 24,
          "address", 24,
          "refusal", 36,
          "device", 20,
          "link", 32,
          "family", 20,
          "refused attribute", 36);

  private static final Set<String> GENERIC = Set.of("device", "family");

  @Test
  void datagramThatEndsTooSoonIsMalformed() {
    Captured.all()
        .forEach(
            (name, hex) -> {
              var bytes = Captured.bytes(hex);
              for (int length = 1; length < bytes.length; length++) {
                var cut = Arrays.copyOf(bytes, length);
                var e =
                    assertThrows(
                        MalformedMessageException.class, () -> Captured.messages(cut), name);
                assertTrue(e.offset() <= length, name + ": " + e);
              }
            });
  }

  /** The header agrees with the cut: what is cut inside an attribute is seen by its reader. */
  @Test
  void messageCutInsideAnAttributeIsMalformed() {
    for (var capture : Captured.all().entrySet()) {
      var bytes = Captured.bytes(capture.getValue());
      var ends = attributeEnds(bytes, Objects.requireNonNull(FIXED.get(capture.getKey())));
      for (int length = Netlink.NLMSG_HDRLEN; length < bytes.length; length++) {
        var cut = withLength(bytes, length);
        if (ends.contains(length)) {
          assertSoundOrMalformed(capture.getKey(), bytes, cut);
        } else {
          var why = capture.getKey() + " cut at " + length;
          var e =
              assertThrows(MalformedMessageException.class, () -> read(capture.getKey(), cut), why);
          assertTrue(e.offset() >= 0 && e.offset() <= length, why + ": " + e);
        }
      }
    }
  }

  /** Nests that agree with the cut, down to the innermost: the hardest kind to notice. */
  @Test
  void nestsThatAgreeWithTheCutAreSoundOrMalformed() {
    var bytes = Captured.bytes(Captured.DEVICE);
    for (int length = Netlink.NLMSG_HDRLEN; length < bytes.length; length++) {
      var cut = withLength(bytes, length);
      shortenNests(cut, Objects.requireNonNull(FIXED.get("device")), length);
      assertSoundOrMalformed("device", bytes, cut);
    }
  }

  private static Object read(String name, byte[] bytes) {
    var message = Captured.messages(bytes).getFirst();
    return GENERIC.contains(name) ? Decoding.ofGeneric(message) : Decoding.ofRoute(message);
  }

  private static byte[] withLength(byte[] bytes, int length) {
    var cut = Arrays.copyOf(bytes, length);
    buffer(cut).putInt(0, length);
    return cut;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where a message may end without breaking an attribute: after one, or in its padding. */
  private static Set<Integer> attributeEnds(byte[] bytes, int fixed) {
    var ends = new TreeSet<Integer>();
    ends.add(fixed);
    for (int at = fixed; at < bytes.length; ) {
      int length = buffer(bytes).getShort(at) & 0xffff;
      for (int end = at + length; end <= at + Netlink.align(length); end++) {
        ends.add(end);
      }
      at += Netlink.align(length);
    }
    return ends;
  }

  private static void shortenNests(byte[] cut, int from, int end) {
    for (int at = from; at + Netlink.NLA_HDRLEN <= end; ) {
      int length = buffer(cut).getShort(at) & 0xffff;
      boolean nest = (buffer(cut).getShort(at + 2) & Netlink.NLA_F_NESTED) != 0;
      if (at + length > end && nest) {
        buffer(cut).putShort(at, (short) (end - at));
        shortenNests(cut, at + Netlink.NLA_HDRLEN, end);
        return;
      }
      at += Netlink.align(Math.max(length, Netlink.NLA_HDRLEN));
    }
  }

  /** What lost its last attributes may tell less, but nothing else than it told. */
  private static void assertSoundOrMalformed(String name, byte[] whole, byte[] cut) {
    Object seen;
    try {
      seen = read(name, cut);
    } catch (MalformedMessageException e) {
      return;
    }
    assertEquals(essence(read(name, whole)), essence(seen), name + " cut at " + cut.length);
    if (seen instanceof SeenDevice device) {
      var all = ((SeenDevice) read(name, whole)).peers();
      for (var peer : device.peers()) {
        var same = all.stream().filter(p -> p.publicKey().equals(peer.publicKey())).findFirst();
        assertTrue(same.isPresent(), "a peer that nobody has");
        assertTrue(
            same.get().allowedIPs().containsAll(peer.allowedIPs()), "an allowed IP nobody has");
      }
    }
  }

  /** What an object is known by. */
  private static Object essence(Object seen) {
    return switch (seen) {
      case Optional<?> some -> some.map(TruncationTest::essence);
      case SeenRoute r -> List.of(r.table(), r.destination(), r.protocol(), r.type());
      case SeenRule r -> List.of(r.family(), r.not(), r.from(), r.to());
      case SeenNextHop n -> List.of(n.id(), n.protocol(), n.family());
      case AddressMessages.SeenAddress a -> a;
      case SeenLink l -> List.of(l.index(), l.name(), l.up());
      case Ack a -> a.errno();
      case SeenDevice d -> "device";
      default -> seen;
    };
  }
}
