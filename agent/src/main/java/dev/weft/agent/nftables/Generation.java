package dev.weft.agent.nftables;

import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import java.io.IOException;

/**
 * The number of the rule set of this network namespace, which every transaction of nftables, or of
 * iptables of the nft kind, raises ({@code include/uapi/linux/netfilter/nf_tables.h}). Where it is
 * the same as before, nothing has to be read again. For one thread.
 */
public final class Generation implements AutoCloseable {
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFT_MSG_NEWGEN = 15;
  private static final int NFT_MSG_GETGEN = 16;
  private static final int NFTA_GEN_ID = 1;

  /** {@code nfgenmsg: | u8 family | u8 version | be16 resource |}. */
  private static final int NFGENMSG_LENGTH = 4;

  private final NetlinkSocket socket;

  private Generation(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens a conversation with the kernel's packet filter. */
  public static Generation open() throws IOException {
    return new Generation(NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
  }

  /**
   * The number now; it may wrap.
   *
   * @throws IOException if the kernel has no nf_tables
   */
  public long read() throws IOException {
    return socket.get("NFT_MSG_GETGEN", request(), Generation::number);
  }

  static Request request() {
    return new PayloadBuilder().u8(0).u8(0).u16(0).request(type(NFT_MSG_GETGEN), 0);
  }

  /** The bytes' order is of no account: it is only compared. */
  static long number(Message message) {
    var payload = message.payloadOf(type(NFT_MSG_NEWGEN));
    return payload
        .attributes(NFGENMSG_LENGTH)
        .require(NFTA_GEN_ID, "a generation without a number", payload)
        .u32(0);
  }

  private static int type(int message) {
    return (NFNL_SUBSYS_NFTABLES << 8) | message;
  }

  @Override
  public void close() {
    socket.close();
  }
}
