package dev.weft.agent.netlink;

/** Constants of {@code include/uapi/linux/genetlink.h}. */
public final class GeNetlink {
  public static final int GENL_ID_CTRL = 0x10;
  public static final int CTRL_CMD_GETFAMILY = 3;
  public static final int CTRL_ATTR_FAMILY_ID = 1;
  public static final int CTRL_ATTR_FAMILY_NAME = 2;

  /** {@code | u8 command | u8 version | u16 – |}. */
  public static final int GENL_HDRLEN = 4;

  private GeNetlink() {}

  /** A payload that begins with the generic header. */
  public static PayloadBuilder command(int command, int version) {
    return new PayloadBuilder().u8(command).u8(version).u16(0);
  }

  /** Asks for a family's ID; the kernel loads its module, ENOENT if there is none. */
  public static Request family(String name) {
    return command(CTRL_CMD_GETFAMILY, 1)
        .attributeText(CTRL_ATTR_FAMILY_NAME, name)
        .request(GENL_ID_CTRL, 0);
  }

  /** The ID in the answer to {@link #family}. */
  public static int familyId(Message message) {
    var payload = message.payloadOf(GENL_ID_CTRL);
    return payload
        .attributes(GENL_HDRLEN)
        .require(CTRL_ATTR_FAMILY_ID, "a family without an ID", payload)
        .u16(0);
  }
}
