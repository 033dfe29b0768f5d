package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.rtnetlink.BridgeMessages;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.mesh.kernel.SeenLink;
import java.io.IOException;
import java.util.Optional;

/**
 * Lets what pods of one node send each other meet the packet filter, whatever the sysctl
 * net.bridge.bridge-nf-call-iptables is: NetworkPolicy engines work there. It takes the module
 * br_netfilter, without which a bridge's setting has no effect.
 */
final class BridgeHooks {
  private final NetlinkSocket route;

  BridgeHooks(NetlinkSocket route) {
    this.route = route;
  }

  /**
   * Sets it where it isn't set.
   *
   * @return what the kernel refused; empty: nothing
   */
  Optional<String> enable(SeenLink bridge) throws IOException {
    try {
      boolean passesBy =
          route.get(
              "RTM_GETLINK " + bridge.name(),
              LinkMessages.get(bridge.name()),
              BridgeMessages::passesBy);
      if (!passesBy) {
        return Optional.empty();
      }
      route.execute(
          "RTM_NEWLINK " + bridge.name(), BridgeMessages.callPacketFilter(bridge.index()));
      return Optional.empty();
    } catch (KernelRefusal e) {
      return e.errno() == Errno.ENODEV // gone meanwhile
          ? Optional.empty()
          : Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
