package dev.weft.agent.rtnetlink;

/**
 * Constants of encapsulating links: {@code if_link.h} (VXLAN) and {@code if_tunnel.h} (IPIP) in
 * {@code include/uapi/linux}.
 */
final class IfTunnel {
  static final int IFLA_INFO_DATA = 2;
  static final int IFLA_ADDRESS = 1;

  static final int IFLA_VXLAN_ID = 1;
  static final int IFLA_VXLAN_LOCAL = 4;
  static final int IFLA_VXLAN_LEARNING = 7;
  static final int IFLA_VXLAN_PORT = 15;
  static final int IFLA_VXLAN_LOCAL6 = 17;

  static final int IFLA_IPTUN_LOCAL = 2;
  static final int IFLA_IPTUN_TTL = 4;
  static final int IFLA_IPTUN_PROTO = 9;
  static final int IFLA_IPTUN_PMTUDISC = 10;
  static final int IFLA_IPTUN_FWMARK = 20;

  static final int IPPROTO_IPIP = 4;

  private IfTunnel() {}
}
