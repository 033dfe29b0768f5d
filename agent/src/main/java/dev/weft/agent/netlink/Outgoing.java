package dev.weft.agent.netlink;

import java.nio.ByteBuffer;
import java.util.List;

/** The buffer of what is sent: requests behind each other, each with its header. */
final class Outgoing {
  /** Bytes of a send of several requests; less than the socket's buffer of 212,992 bytes. */
  static final int SEND_BYTES = 32 << 10;

  private static final int FLAGS_OFFSET = 6;

  private final ByteBuffer out = NetlinkSocket.direct(NetlinkSocket.MAX_REQUEST);

  /**
   * Puts as many requests as one send takes; only the last asks for an acknowledgement.
   *
   * @param number sequence number of the first
   * @return the index after the last one put
   */
  int fill(List<Request> requests, int first, int number) {
    out.clear();
    int end = first;
    int last = 0;
    while (end < requests.size()) {
      var request = requests.get(end);
      int length = Netlink.align(Netlink.NLMSG_HDRLEN + request.payload().length);
      if (end > first && out.position() + length > SEND_BYTES) {
        break;
      }
      last = out.position();
      put(request, request.flags() | Netlink.NLM_F_REQUEST, number + end - first);
      end++;
    }
    int flags = out.getShort(last + FLAGS_OFFSET) | Netlink.NLM_F_ACK;
    out.putShort(last + FLAGS_OFFSET, (short) flags).flip();
    return end;
  }

  /** One request that is answered by what it asks for. */
  ByteBuffer one(Request request, int flags, int number) {
    out.clear();
    put(request, request.flags() | flags | Netlink.NLM_F_REQUEST, number);
    return out.flip();
  }

  /** What was put last. */
  ByteBuffer bytes() {
    return out;
  }

  private void put(Request request, int flags, int number) {
    out.putInt(Netlink.NLMSG_HDRLEN + request.payload().length);
    out.putShort((short) request.type()).putShort((short) flags).putInt(number).putInt(0);
    out.put(request.payload());
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
  }
}
