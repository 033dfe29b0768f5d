package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.IfAddr.IFADDRMSG_LENGTH;
import static dev.weft.agent.rtnetlink.IfAddr.IFA_ADDRESS;
import static dev.weft.agent.rtnetlink.IfAddr.IFA_FLAGS;
import static dev.weft.agent.rtnetlink.IfAddr.IFA_F_NODAD;
import static dev.weft.agent.rtnetlink.IfAddr.IFA_F_NOPREFIXROUTE;
import static dev.weft.agent.rtnetlink.IfAddr.IFA_LOCAL;

import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import java.util.Optional;

/**
 * Addresses of links.
 *
 * <pre>
 *  ifaddrmsg:  | u8 family | u8 prefix length | u8 flags | u8 scope | u32 index |
 * </pre>
 */
public final class AddressMessages {
  /**
   * An address as read.
   *
   * @param linkIndex of its link
   */
  public record SeenAddress(int linkIndex, InterfaceAddress address) {}

  private AddressMessages() {}

  /** Adds or replaces an address that brings no prefix route and waits for no duplicate check. */
  public static Request add(int index, InterfaceAddress address) {
    int flags = IFA_F_NOPREFIXROUTE | (address.address().family() == Family.IPV6 ? IFA_F_NODAD : 0);
    return header(index, address)
        .attributeU32(IFA_FLAGS, flags)
        .request(RtNetlink.RTM_NEWADDR, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
  }

  public static Request remove(int index, InterfaceAddress address) {
    return header(index, address).request(RtNetlink.RTM_DELADDR, 0);
  }

  private static PayloadBuilder header(int index, InterfaceAddress address) {
    return new PayloadBuilder()
        .u8(AddressFamilies.number(address.address().family()))
        .u8(address.length())
        .u8(0)
        .u8(RtNetlink.RT_SCOPE_UNIVERSE)
        .u32(index)
        .attributeAddress(IFA_LOCAL, address.address())
        .attributeAddress(IFA_ADDRESS, address.address());
  }

  /** Asks for all addresses. */
  public static Request dump() {
    return new PayloadBuilder().u32(0).u32(0).request(RtNetlink.RTM_GETADDR, 0);
  }

  /** Reads an RTM_NEWADDR; empty for other families than IPv4 and IPv6. */
  public static Optional<SeenAddress> read(Message message) {
    var payload = message.payloadOf(RtNetlink.RTM_NEWADDR);
    return AddressFamilies.of(payload.u8(0)).map(family -> read(payload, family));
  }

  private static SeenAddress read(Payload payload, Family family) {
    var a = payload.attributes(IFADDRMSG_LENGTH);
    // IFA_ADDRESS of a point-to-point link is the other end's.
    var value =
        a.get(IFA_LOCAL)
            .orElseGet(() -> a.require(IFA_ADDRESS, "an address without IFA_ADDRESS", payload));
    int length = value.prefix(family, payload.u8(1)).length();
    return new SeenAddress(payload.s32(4), new InterfaceAddress(value.address(), length));
  }
}
