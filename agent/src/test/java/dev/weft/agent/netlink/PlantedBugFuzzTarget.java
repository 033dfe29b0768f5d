package dev.weft.agent.netlink;

import dev.weft.agent.rtnetlink.RtNetlink;

/**
 * The same decoder with a defect of the kind that the fuzzer is for: members of a next-hop group
 * are counted without asking whether the bytes are there.
 */
public final class PlantedBugFuzzTarget {
  private static final int NHMSG_LENGTH = 8;
  private static final int NHA_GROUP = 2;

  private PlantedBugFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] data) {
    DecoderFuzzTarget.fuzzerTestOneInput(data);
    if (data.length == 0) {
      return;
    }
    try {
      var datagram = java.util.Arrays.copyOfRange(data, 1, data.length);
      for (var message : Captured.messages(datagram)) {
        if (message.type() == RtNetlink.RTM_NEWNEXTHOP) {
          message.payload().attributes(NHMSG_LENGTH).get(NHA_GROUP).ifPresent(g -> count(g));
        }
      }
    } catch (MalformedMessageException e) {
      return; // as it should be
    }
  }

  private static int count(Payload group) {
    var bytes = group.toBytes();
    int members = 0;
    for (int at = 0; at < bytes.length; at += 8) {
      members += bytes[at + 4] >= 0 ? 1 : 0;
    }
    return members;
  }
}
