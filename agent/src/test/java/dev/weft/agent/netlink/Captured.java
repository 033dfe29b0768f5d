package dev.weft.agent.netlink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Messages as kernels sent them, on a little-endian machine. Captured with a netlink socket from
 * Linux 6.18 on x86_64 (rtnetlink) and 6.12 on User Mode Linux (WireGuard), after the {@code ip}
 * and {@code wg} commands in the comments.
 */
public final class Captured {
  /** ip route add 10.2.0.0/16 table 7050 protocol 87 nhid 0x57000002 src 10.4.0.1. */
  public static final String ROUTE =
      "4c0000001800220007000000de24000002100000fc5700010400000008000f008a1b0000080001000a020000"
          + "080007000a04000108001e0002000057080005000a0400020800040003000000";

  /**
   * ip rule add not from 10.2.1.0/24 to 192.0.2.1 iif wgx fwmark 0x1000/0x1000 ipproto tcp dport
   * 6443 priority 7010 lookup 7050 suppress_prefixlength 0 protocol 87.
   */
  public static final String RULE =
      "7c0000002000020007000000de24000002201800fc0000010200000008000f008a1b000008000e0000000000"
          + "0500150057000000080003007767780008000600621b000008000a00001000000800100000100000"
          + "080018002b192b1906001d00ffff0000050016000600000008000100c0000201080002000a020100";

  /** ip nexthop add id 0x57000001 via 10.4.0.2 dev wgx onlink protocol 87. */
  public static final String NEXT_HOP =
      "300000006800020007000000de24000002fd5700040000000800010001000057080005000300000008000600"
          + "0a040002";

  /** ip nexthop add id 0x57000002 group 0x57000001 protocol 87. */
  public static final String GROUP =
      "3c0000006800020007000000de2400000000570000000000080001000200005706000300000000000c000200"
          + "010000570000000008000e0000000080";

  /** ip addr add 10.4.0.1/32 dev wgx. */
  public static final String ADDRESS =
      "4c0000001400020007000000de2400000220800003000000080001000a040001080002000a04000108000300"
          + "77677800080008008000000014000600ffffffffffffffff5d5c08005d5c0800";

  /** A route with an unknown nhid, with extended acks and capped. */
  public static final String REFUSAL =
      "440000000200000309000000de240000eaffffff2c0000001800050509000000000000001e0001004e657874"
          + "686f7020696420646f6573206e6f74206578697374000000";

  /**
   * wg set weft0 listen-port 51820 fwmark 0x1000 private-key … peer … preshared-key … endpoint
   * [::1]:7777 persistent-keepalive 25 allowed-ips 10.2.0.0/24,fd00:2::/64.
   */
  public static final String DEVICE =
      "7801000016000200070000002e00000000010000060006006cca00000800070000100000080001000b000000"
          + "0a000200776566743000000024000300080808080808080808080808080808080808080808080808"
          + "08080808080808402400040037c946bdd56559a7e7457206ad05d699bb4bbcea1ccb6f98ba284c41"
          + "5628286df8000880f4000080240001003b3b541b51177c6b167a24b85d19d673b5bb67a39ab250f4"
          + "a88b301b22def27024000200000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
          + "1c1d1e1f140006000000000000000000000000000000000006000500190000000c00080000000000"
          + "00000000040000000c000700000000000000000008000a0001000000200004000a001e6100000000"
          + "0000000000000000000000000000000100000000480009801c000080050003001800000006000100"
          + "02000000080002000a020000280000800500030040000000060001000a00000014000200fd000002"
          + "000000000000000000000000";

  /** A link, 1,126 bytes; the file says of which kernel. */
  public static final String LINK = resource("link.hex");

  /** An answer of generic netlink's controller. */
  public static final String FAMILY = resource("family.hex");

  /** A refusal that names the attribute. */
  public static final String REFUSED_ATTRIBUTE = resource("refused-attribute.hex");

  private Captured() {}

  private static String resource(String name) {
    try (var in = Captured.class.getResourceAsStream("/netlink/" + name)) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines().filter(l -> !l.startsWith("#")).collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every capture, by name. */
  public static Map<String, String> all() {
    return Map.of(
        "route", ROUTE,
        "rule", RULE,
        "next hop", NEXT_HOP,
        "group", GROUP,
        "address", ADDRESS,
        "refusal", REFUSAL,
        "device", DEVICE,
        "link", LINK,
        "family", FAMILY,
        "refused attribute", REFUSED_ATTRIBUTE);
  }

  /** The bytes of a message. */
  public static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** The messages of a datagram. */
  public static List<Message> messages(byte[] bytes) {
    return Message.parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The one message of a datagram. */
  public static Message message(String hex) {
    return messages(bytes(hex)).getFirst();
  }
}
