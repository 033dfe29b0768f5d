package dev.weft.agent.rtnetlink;

/** Constants of {@code if_link.h}, {@code if.h} and {@code ip.h} in {@code include/uapi/linux}. */
public final class IfLink {
  public static final int IFF_UP = 1;

  public static final int IFLA_IFNAME = 3;
  public static final int IFLA_MTU = 4;
  public static final int IFLA_LINKINFO = 18;
  public static final int IFLA_STATS64 = 23;
  public static final int IFLA_AF_SPEC = 26;
  public static final int IFLA_EXT_MASK = 29;
  public static final int RTEXT_FILTER_SKIP_STATS = 8;

  public static final int IFLA_BR_NF_CALL_IPTABLES = 36;
  public static final int IFLA_BR_NF_CALL_IP6TABLES = 37;

  public static final int IFLA_INFO_KIND = 1;
  public static final int IFLA_INET_CONF = 1;

  public static final int IPV4_DEVCONF_FORWARDING = 1;
  public static final int IPV4_DEVCONF_RP_FILTER = 8;
  public static final int IPV4_DEVCONF_SRC_VMARK = 24;

  public static final int IFINFOMSG_LENGTH = 16;

  private IfLink() {}
}
