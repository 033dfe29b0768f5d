package dev.weft.agent.rtnetlink;

/** Constants of {@code include/uapi/linux/if_addr.h}. */
public final class IfAddr {
  public static final int IFA_ADDRESS = 1;
  public static final int IFA_LOCAL = 2;
  public static final int IFA_FLAGS = 8;
  public static final int IFA_F_NODAD = 0x02;
  public static final int IFA_F_NOPREFIXROUTE = 0x200;
  public static final int IFADDRMSG_LENGTH = 8;

  private IfAddr() {}
}
