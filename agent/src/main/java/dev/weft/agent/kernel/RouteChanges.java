package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.AddressMessages;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.agent.rtnetlink.NeighbourMessages;
import dev.weft.agent.rtnetlink.NextHopMessages;
import dev.weft.agent.rtnetlink.RouteMessages;
import dev.weft.agent.rtnetlink.RuleMessages;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.diff.Change;
import java.io.IOException;
import java.util.Set;

/** Makes rtnetlink requests of changes. */
final class RouteChanges {
  private static final Set<Integer> NONE = Set.of();
  private static final Set<Integer> GONE =
      Set.of(Errno.ENOENT, Errno.ESRCH, Errno.ENODEV, Errno.EADDRNOTAVAIL);
  private static final Set<Integer> THERE = Set.of(Errno.EEXIST);

  private final LinkIndexes links;
  private final int protocol;

  RouteChanges(LinkIndexes links, int protocol) {
    this.links = links;
    this.protocol = protocol;
  }

  /**
   * The request of a change.
   *
   * @throws IOException if there is no link of the name that the change has
   */
  RouteChange of(Change.Rtnetlink change) throws IOException {
    return switch (change) {
      case Change.SetLink c -> made(c, LinkMessages.up(links.of(c.link()), c.mtu()), NONE);
      case Change.SetLinkSettings c ->
          made(c, LinkMessages.settings(links.of(c.settings().link()), c.settings()), NONE);
      case Change.AddAddress c -> {
        int index = links.of(c.address().link());
        yield made(c, AddressMessages.add(index, c.address().address()), NONE);
      }
      case Change.RemoveAddress c ->
          made(c, AddressMessages.remove(links.of(c.link()), c.address()), GONE);
      case Change.SetNextHop c -> {
        int index = links.of(c.nextHop().link());
        yield made(c, NextHopMessages.set(c.nextHop(), index, protocol), NONE);
      }
      case Change.SetNextHopGroup c -> made(c, NextHopMessages.set(c.group(), protocol), NONE);
      case Change.RemoveNextHop c -> made(c, NextHopMessages.remove(c.nextHop().id()), GONE);
      case Change.SetRoute c -> made(c, RouteMessages.set(c.route(), link(c), protocol), NONE);
      case Change.RemoveRoute c -> made(c, RouteMessages.remove(c.route()), GONE);
      case Change.AddRule c -> made(c, RuleMessages.add(c.rule(), protocol), THERE);
      case Change.RemoveRule c -> made(c, RuleMessages.remove(c.rule()), GONE);
      case Change.SetNeighbour c ->
          made(c, NeighbourMessages.set(c.neighbour(), links.of(c.neighbour().link())), NONE);
      case Change.RemoveNeighbour c ->
          made(c, NeighbourMessages.remove(c.neighbour(), links.of(c.neighbour().link())), GONE);
      case Change.SetForwarding c ->
          made(c, NeighbourMessages.set(c.forwarding(), links.of(c.forwarding().link())), NONE);
      case Change.RemoveForwarding c ->
          made(c, NeighbourMessages.remove(c.forwarding(), links.of(c.forwarding().link())), GONE);
    };
  }

  private int link(Change.SetRoute change) throws IOException {
    return switch (change.route().target()) {
      case RouteTarget.Via via -> links.of(via.link());
      case RouteTarget.Device device -> links.of(device.link());
      case RouteTarget.Group group -> 0;
      case RouteTarget.Throw none -> 0;
      case RouteTarget.Unreachable none -> 0;
    };
  }

  private static RouteChange made(
      Change.Rtnetlink change, Request request, Set<Integer> tolerated) {
    return new RouteChange(change, request, tolerated);
  }
}
