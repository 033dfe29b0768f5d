package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.agent.rtnetlink.TunnelMessages;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.io.IOException;

/** Makes and removes encapsulating links. */
final class TunnelLinks {
  private final NetlinkSocket route;

  TunnelLinks(NetlinkSocket route) {
    this.route = route;
  }

  /** Makes a link in the place of one of that name: what distinguishes two can't be changed. */
  void replace(DesiredTunnel tunnel) throws IOException {
    remove(tunnel.name());
    route.execute("RTM_NEWLINK " + tunnel.name(), TunnelMessages.create(tunnel));
  }

  /** Removes a link; returns whether there was one. */
  boolean remove(String name) throws IOException {
    try {
      int index =
          route.get(
              "RTM_GETLINK " + name, LinkMessages.get(name), m -> LinkMessages.read(m).index());
      route.execute("RTM_DELLINK " + name, LinkMessages.delete(index));
      return true;
    } catch (KernelRefusal e) {
      if (e.errno() != Errno.ENODEV) {
        throw e;
      }
      return false;
    }
  }
}
