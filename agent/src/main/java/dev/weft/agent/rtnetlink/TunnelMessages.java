package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.IfLink.IFINFOMSG_LENGTH;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_IFNAME;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_INFO_KIND;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_LINKINFO;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_MTU;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_ADDRESS;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_INFO_DATA;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_IPTUN_FWMARK;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_IPTUN_LOCAL;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_IPTUN_PMTUDISC;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_IPTUN_PROTO;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_IPTUN_TTL;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_VXLAN_ID;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_VXLAN_LEARNING;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_VXLAN_LOCAL;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_VXLAN_LOCAL6;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_VXLAN_PORT;
import static dev.weft.agent.rtnetlink.IfTunnel.IPPROTO_IPIP;

import dev.weft.agent.netlink.Attributes;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.mesh.kernel.SeenTunnel;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.util.Optional;

/** Links of the kinds vxlan and ipip: what IFLA_LINKINFO says of them. */
public final class TunnelMessages {
  private static final String VXLAN = "vxlan";
  private static final String IPIP = "ipip";
  private static final int HOPS = 64;
  private static final int MAC_OCTETS = 6;

  private TunnelMessages() {}

  /** Makes the link; EEXIST if there is one of that name. */
  public static Request create(DesiredTunnel tunnel) {
    var b =
        new PayloadBuilder()
            .u32(0)
            .u32(0)
            .u32(0)
            .u32(0)
            .attributeText(IFLA_IFNAME, tunnel.name())
            .attributeU32(IFLA_MTU, tunnel.mtu());
    switch (tunnel) {
      case DesiredTunnel.Vxlan v -> {
        b.attribute(IFLA_ADDRESS, v.mac().toBytes());
        b.nested(
            IFLA_LINKINFO,
            info ->
                info.attributeText(IFLA_INFO_KIND, VXLAN)
                    .nested(IFLA_INFO_DATA, data -> vxlan(data, v)));
      }
      case DesiredTunnel.Ipip i ->
          b.nested(
              IFLA_LINKINFO,
              info ->
                  info.attributeText(IFLA_INFO_KIND, IPIP)
                      .nested(
                          IFLA_INFO_DATA,
                          data ->
                              data.attributeAddress(IFLA_IPTUN_LOCAL, i.local())
                                  .attributeU8(IFLA_IPTUN_TTL, HOPS)
                                  .attributeU8(IFLA_IPTUN_PROTO, IPPROTO_IPIP)
                                  .attributeU8(IFLA_IPTUN_PMTUDISC, 1)
                                  .attributeU32(IFLA_IPTUN_FWMARK, i.mark())));
    }
    return b.request(RtNetlink.RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
  }

  private static void vxlan(PayloadBuilder data, DesiredTunnel.Vxlan v) {
    boolean four = v.local().family() == Family.IPV4;
    data.attributeU32(IFLA_VXLAN_ID, v.vni())
        .attributeAddress(four ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, v.local())
        .attributeU8(IFLA_VXLAN_LEARNING, 0)
        .attribute(
            IFLA_VXLAN_PORT, new byte[] {(byte) (v.port() >> 8), (byte) v.port()}); // big-endian
  }

  /**
   * A request that makes no link: a kernel that knows the kind refuses its numbers, one that
   * doesn't says EOPNOTSUPP, after it has tried to load the module.
   */
  public static Request probe(EncapsulationProtocol protocol) {
    var kind = protocol == EncapsulationProtocol.IPIP ? IPIP : VXLAN;
    return new PayloadBuilder()
        .u32(0)
        .u32(0)
        .u32(0)
        .u32(0)
        .attributeText(IFLA_IFNAME, "weftprobe")
        .nested(
            IFLA_LINKINFO,
            info ->
                info.attributeText(IFLA_INFO_KIND, kind)
                    .nested(
                        IFLA_INFO_DATA,
                        data -> {
                          if (kind.equals(IPIP)) {
                            data.attributeU8(IFLA_IPTUN_PROTO, 0xff);
                          } else {
                            data.attributeU32(IFLA_VXLAN_ID, 0xffff_ffffL);
                          }
                        }))
        .request(RtNetlink.RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
  }

  /** Reads an RTM_NEWLINK; empty unless the link has one of our names. */
  public static Optional<SeenTunnel> read(Message message) {
    var a = message.payload().attributes(IFINFOMSG_LENGTH);
    var name = a.text(IFLA_IFNAME);
    if (!DesiredTunnel.NAMES.contains(name)) {
      return Optional.empty();
    }
    var info = a.nested(IFLA_LINKINFO);
    var kind = info.text(IFLA_INFO_KIND);
    var data = info.nested(IFLA_INFO_DATA);
    return Optional.of(
        switch (kind) {
          case VXLAN -> vxlan(name, a, data);
          case IPIP ->
              new SeenTunnel(
                  name,
                  kind,
                  Optional.empty(),
                  data.get(IFLA_IPTUN_LOCAL).map(v -> v.address()),
                  0,
                  0,
                  false,
                  data.u32(IFLA_IPTUN_FWMARK, 0));
          default -> new SeenTunnel(name, kind, Optional.empty(), Optional.empty(), 0, 0, false, 0);
        });
  }

  private static SeenTunnel vxlan(String name, Attributes link, Attributes data) {
    return new SeenTunnel(
        name,
        VXLAN,
        link.get(IFLA_ADDRESS)
            .filter(v -> v.length() == MAC_OCTETS)
            .map(v -> MacAddress.ofBytes(v.toBytes())),
        data.get(IFLA_VXLAN_LOCAL).or(() -> data.get(IFLA_VXLAN_LOCAL6)).map(v -> v.address()),
        (int) data.u32(IFLA_VXLAN_ID, 0),
        data.get(IFLA_VXLAN_PORT).map(v -> v.be16(0)).orElse(0),
        data.u8(IFLA_VXLAN_LEARNING, 0) != 0,
        0);
  }
}
