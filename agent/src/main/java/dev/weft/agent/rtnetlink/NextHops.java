package dev.weft.agent.rtnetlink;

/** Constants of {@code include/uapi/linux/nexthop.h}. */
public final class NextHops {
  public static final int NHA_ID = 1;
  public static final int NHA_GROUP = 2;
  public static final int NHA_OIF = 5;
  public static final int NHA_GATEWAY = 6;
  public static final int NHMSG_LENGTH = 8;
  public static final int NEXTHOP_GRP_LENGTH = 8;

  private NextHops() {}
}
