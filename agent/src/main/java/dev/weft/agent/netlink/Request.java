package dev.weft.agent.netlink;

/**
 * A message to the kernel, without the header fields that the socket fills in.
 *
 * @param type such as RTM_NEWROUTE
 * @param flags NLM_F_…; REQUEST and ACK are the socket's affair
 * @param payload fixed header and attributes; belongs to the request
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Request(int type, int flags, byte[] payload) {
  public Request {
    if (payload.length + Netlink.NLMSG_HDRLEN > NetlinkSocket.MAX_REQUEST) {
      throw new IllegalArgumentException(
          "a request of " + payload.length + " bytes is larger than a send can take");
    }
  }
}
