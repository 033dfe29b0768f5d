package dev.weft.agent.netlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from the kernel.
 *
 * <pre>
 *  nlmsghdr:  | u32 length | u16 type | u16 flags | u32 sequence | u32 port |
 * </pre>
 *
 * @param type such as RTM_NEWROUTE
 * @param flags NLM_F_…
 * @param sequence of the request it answers, unsigned; 0: a notification
 * @param payload what follows the header
 */
public record Message(int type, int flags, long sequence, Payload payload) {
  private static final int TYPE_OFFSET = 4;

  /**
   * The messages of a datagram, which must not change while they are in use.
   *
   * @throws MalformedMessageException if lengths don't fit
   */
  public static List<Message> parse(ByteBuffer datagram) {
    var all = Payload.of(datagram);
    var messages = new ArrayList<Message>();
    int at = 0;
    while (at < all.length()) {
      long length = all.u32(at);
      if (length < Netlink.NLMSG_HDRLEN || length > all.length() - at) {
        throw new MalformedMessageException(
            at, "message length %d where %d bytes are left".formatted(length, all.length() - at));
      }
      var payload = all.slice(at + Netlink.NLMSG_HDRLEN, (int) length - Netlink.NLMSG_HDRLEN);
      messages.add(new Message(all.u16(at + 4), all.u16(at + 6), all.u32(at + 8), payload));
      at += Netlink.align((int) length);
    }
    return messages;
  }

  /**
   * The payload of a message that must be of a type.
   *
   * @throws MalformedMessageException if it is another
   */
  public Payload payloadOf(int wanted) {
    if (type != wanted) {
      throw new MalformedMessageException(
          payload.offset() - Netlink.NLMSG_HDRLEN + TYPE_OFFSET,
          "message type %d where %d is due".formatted(type, wanted));
    }
    return payload;
  }

  /**
   * The answer that an NLMSG_ERROR, or the code of an NLMSG_DONE, holds.
   *
   * <pre>
   *  nlmsgerr:  | s32 -errno | nlmsghdr of the request | its payload unless CAPPED | attributes |
   * </pre>
   */
  public Ack ack() {
    int errno = -payload.s32(0);
    if (errno < 0) {
      throw new MalformedMessageException(payload.offset(), "an answer with the code " + -errno);
    }
    if ((flags & Netlink.NLM_F_ACK_TLVS) == 0) {
      return new Ack(errno, "", 0);
    }
    int at = 4;
    if (type == Netlink.NLMSG_ERROR) {
      boolean capped = (flags & Netlink.NLM_F_CAPPED) != 0;
      long echoed = capped ? Netlink.NLMSG_HDRLEN : payload.u32(4);
      if (echoed > payload.length() - 4) {
        throw new MalformedMessageException(
            payload.offset() + 4,
            "an echo of %d bytes where %d are left".formatted(echoed, payload.length() - 4));
      }
      at += Netlink.align((int) echoed);
    }
    var attributes = payload.attributes(at);
    return new Ack(
        errno,
        attributes.text(Netlink.NLMSGERR_ATTR_MSG),
        (int) attributes.u32(Netlink.NLMSGERR_ATTR_OFFS, 0));
  }
}
