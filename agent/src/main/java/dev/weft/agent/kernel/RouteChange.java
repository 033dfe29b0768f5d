package dev.weft.agent.kernel;

import dev.weft.agent.netlink.Request;
import dev.weft.mesh.diff.Change;
import java.util.Set;

/**
 * A change as an rtnetlink request.
 *
 * @param tolerated errnos that mean that it is so already
 */
record RouteChange(Change change, Request request, Set<Integer> tolerated) {
  RouteChange {
    tolerated = Set.copyOf(tolerated);
  }

  /** For an error message; made only when there is one, for there may be 10,000 changes. */
  String operation() {
    return switch (change) {
      case Change.SetLink c -> "set link " + c.link() + " mtu " + c.mtu() + " up";
      case Change.SetLinkSettings c -> "set " + c.settings();
      case Change.AddAddress c -> "add " + c.address();
      case Change.RemoveAddress c -> "remove address " + c.address() + " from " + c.link();
      case Change.SetNextHop c -> "set " + c.nextHop();
      case Change.SetNextHopGroup c -> "set " + c.group();
      case Change.RemoveNextHop c -> "remove next hop " + c.nextHop().id();
      case Change.SetRoute c -> "set " + c.route();
      case Change.RemoveRoute c ->
          "remove route " + c.route().destination() + " table " + c.route().table();
      case Change.AddRule c -> "add " + c.rule();
      case Change.RemoveRule c -> "remove rule with priority " + c.rule().priority();
      case Change.SetNeighbour c -> "set " + c.neighbour();
      case Change.RemoveNeighbour c -> "remove " + c.neighbour();
      case Change.SetForwarding c -> "set " + c.forwarding();
      case Change.RemoveForwarding c -> "remove " + c.forwarding();
      case Change.ReplaceTunnel c -> "make " + c.tunnel().name();
      case Change.RemoveTunnel c -> "remove " + c.link();
      case Change.CreateDevice c -> "create device";
      case Change.ConfigureDevice c -> "configure device";
      case Change.SetPeer c -> "set peer";
      case Change.RemoveAllowedIPs c -> "remove allowed IPs";
      case Change.RemovePeer c -> "remove peer";
      case Change.ReplaceFirewall c -> "replace packet filter";
      case Change.UpdateFirewallSets c -> "update packet filter";
    };
  }
}
