package dev.weft.agent.firewall;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a UDP packet of no content, alone or in a VXLAN frame, to be sent by hand. */
final class InnerPacket {
  private static final int VNI = 7050;
  private static final byte[] TO = {2, 0, 0, 0, 0, 1};
  private static final byte[] FROM = {2, 0, 0, 0, 0, 2};
  private static final int UDP = 8;

  private InnerPacket() {}

  /** A VXLAN header with a frame to {@code 02:00:00:00:00:01}. */
  static byte[] vxlan(IpAddress source, IpAddress destination, boolean priorityTag) {
    var packet = ip(source, destination);
    var bytes = ByteBuffer.allocate(8 + 18 + packet.length);
    bytes.putInt(0x0800_0000).putInt(VNI << 8).put(TO).put(FROM);
    if (priorityTag) {
      bytes.putInt(0x8100_0000);
    }
    bytes.putShort((short) (source.family() == Family.IPV4 ? 0x0800 : 0x86dd)).put(packet);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** The packet alone. */
  static byte[] ip(IpAddress source, IpAddress destination) {
    var bytes = ByteBuffer.allocate(40 + UDP);
    if (source.family() == Family.IPV4) {
      bytes.putInt(0x4500_0000 | (20 + UDP)).putInt(0).putInt(0x4011_0000);
      bytes.put(source.toBytes()).put(destination.toBytes());
      bytes.putShort(10, checksum(bytes));
    } else {
      bytes.putInt(0x6000_0000).putInt(UDP << 16 | 0x1140);
      bytes.put(source.toBytes()).put(destination.toBytes());
    }
    bytes.putShort((short) 9).putShort((short) 9).putShort((short) UDP).putShort((short) 0);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static short checksum(ByteBuffer header) {
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += Short.toUnsignedInt(header.getShort(i));
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
