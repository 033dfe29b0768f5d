package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.FibRules.FIB_RULE_HDR_LENGTH;
import static dev.weft.agent.rtnetlink.FibRules.FIB_RULE_INVERT;
import static dev.weft.agent.rtnetlink.FibRules.FRA_DPORT_RANGE;
import static dev.weft.agent.rtnetlink.FibRules.FRA_DST;
import static dev.weft.agent.rtnetlink.FibRules.FRA_FWMARK;
import static dev.weft.agent.rtnetlink.FibRules.FRA_FWMASK;
import static dev.weft.agent.rtnetlink.FibRules.FRA_IIFNAME;
import static dev.weft.agent.rtnetlink.FibRules.FRA_IP_PROTO;
import static dev.weft.agent.rtnetlink.FibRules.FRA_PRIORITY;
import static dev.weft.agent.rtnetlink.FibRules.FRA_PROTOCOL;
import static dev.weft.agent.rtnetlink.FibRules.FRA_SRC;
import static dev.weft.agent.rtnetlink.FibRules.FRA_SUPPRESS_PREFIXLEN;
import static dev.weft.agent.rtnetlink.FibRules.FRA_TABLE;
import static dev.weft.agent.rtnetlink.FibRules.FR_ACT_TO_TBL;
import static dev.weft.agent.rtnetlink.FibRules.IPPROTO_TCP;

import dev.weft.agent.netlink.Attributes;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * Policy rules.
 *
 * <pre>
 *  fib_rule_hdr:  | u8 family | u8 dst length | u8 src length | u8 tos |
 *                 | u8 table | u8 – | u8 – | u8 action | u32 flags |
 * </pre>
 */
public final class RuleMessages {
  /** As the kernel writes it for a rule that suppresses nothing. */
  private static final int NO_SUPPRESSION = -1;

  private RuleMessages() {}

  /** Adds a rule; EEXIST if there is one like it. */
  public static Request add(DesiredRule r, int protocol) {
    var seen =
        new SeenRule(
            r.family(),
            r.priority(),
            protocol,
            r.not(),
            r.from(),
            r.to(),
            r.iif(),
            r.mark(),
            r.mask(),
            r.tcpDestinationPort(),
            r.table(),
            r.suppressPrefixLength());
    int flags = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
    return content(seen).request(RtNetlink.RTM_NEWRULE, flags);
  }

  /** Removes exactly the rule that was seen. */
  public static Request remove(SeenRule rule) {
    return content(rule).request(RtNetlink.RTM_DELRULE, 0);
  }

  private static PayloadBuilder content(SeenRule rule) {
    var b =
        new PayloadBuilder()
            .u8(AddressFamilies.number(rule.family()))
            .u8(rule.to().map(Prefix::length).orElse(0))
            .u8(rule.from().map(Prefix::length).orElse(0))
            .u8(0)
            .u8(RtNetlink.RT_TABLE_UNSPEC)
            .u16(0)
            .u8(FR_ACT_TO_TBL)
            .u32(rule.not() ? FIB_RULE_INVERT : 0)
            .attributeU32(FRA_PRIORITY, rule.priority())
            .attributeU32(FRA_TABLE, rule.table())
            .attributeU8(FRA_PROTOCOL, rule.protocol());
    rule.from().ifPresent(p -> b.attributeAddress(FRA_SRC, p.address()));
    rule.to().ifPresent(p -> b.attributeAddress(FRA_DST, p.address()));
    conditions(b, rule);
    return b;
  }

  private static void conditions(PayloadBuilder b, SeenRule rule) {
    if (!rule.iif().isEmpty()) {
      b.attributeText(FRA_IIFNAME, rule.iif());
    }
    if (rule.mask() != 0) {
      b.attributeU32(FRA_FWMARK, rule.mark()).attributeU32(FRA_FWMASK, rule.mask());
    }
    if (rule.tcpDestinationPort() != 0) {
      b.attributeU8(FRA_IP_PROTO, IPPROTO_TCP)
          .attribute(
              FRA_DPORT_RANGE,
              new PayloadBuilder()
                  .u16(rule.tcpDestinationPort())
                  .u16(rule.tcpDestinationPort())
                  .request(0, 0)
                  .payload());
    }
    rule.suppressPrefixLength().ifPresent(n -> b.attributeU32(FRA_SUPPRESS_PREFIXLEN, n));
  }

  /** Asks for all rules of a family. */
  public static Request dump(Family family) {
    return new PayloadBuilder()
        .u32(AddressFamilies.number(family))
        .u32(0)
        .u32(0)
        .request(RtNetlink.RTM_GETRULE, 0);
  }

  /** Reads an RTM_NEWRULE; empty for other families than IPv4 and IPv6. */
  public static Optional<SeenRule> read(Message message) {
    var payload = message.payloadOf(RtNetlink.RTM_NEWRULE);
    return AddressFamilies.of(payload.u8(0)).map(family -> read(payload, family));
  }

  private static SeenRule read(Payload payload, Family family) {
    var a = payload.attributes(FIB_RULE_HDR_LENGTH);
    boolean tcp = a.u8(FRA_IP_PROTO, 0) == IPPROTO_TCP;
    return new SeenRule(
        family,
        (int) a.u32(FRA_PRIORITY, 0),
        a.u8(FRA_PROTOCOL, 0),
        (payload.u32(8) & FIB_RULE_INVERT) != 0,
        prefix(payload, a, FRA_SRC, payload.u8(2), family),
        prefix(payload, a, FRA_DST, payload.u8(1), family),
        a.text(FRA_IIFNAME),
        a.u32(FRA_FWMARK, 0),
        a.u32(FRA_FWMASK, 0),
        tcp ? a.get(FRA_DPORT_RANGE).map(v -> v.u16(0)).orElse(0) : 0,
        (int) a.u32(FRA_TABLE, payload.u8(4)),
        a.get(FRA_SUPPRESS_PREFIXLEN).map(v -> v.s32(0)).filter(n -> n != NO_SUPPRESSION));
  }

  /** Empty: any. A length without an address would widen the rule to all. */
  private static Optional<Prefix> prefix(
      Payload payload, Attributes a, int type, int length, Family family) {
    if (length == 0) {
      return Optional.empty();
    }
    return Optional.of(
        a.require(type, "a rule without attribute " + type, payload).prefix(family, length));
  }
}
