package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.nativelib.NativeException;
import dev.weft.agent.netlink.MulticastSocket;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.rtnetlink.RtNetlink;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to rtnetlink's and nftables' multicast groups, each on a thread of its own. */
final class NetlinkEvents implements KernelEvents {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkEvents.class);

  private static final int[] ROUTE_GROUPS = {
    RtNetlink.RTNLGRP_LINK,
    RtNetlink.RTNLGRP_IPV4_IFADDR,
    RtNetlink.RTNLGRP_IPV4_ROUTE,
    RtNetlink.RTNLGRP_IPV4_RULE,
    RtNetlink.RTNLGRP_IPV6_IFADDR,
    RtNetlink.RTNLGRP_IPV6_ROUTE,
    RtNetlink.RTNLGRP_IPV6_RULE,
    RtNetlink.RTNLGRP_NEXTHOP
  };
  private static final int NFNLGRP_NFTABLES = 7;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 1000;

  private final List<MulticastSocket> sockets;
  private volatile boolean closed;

  private NetlinkEvents(List<MulticastSocket> sockets) {
    this.sockets = sockets;
  }

  static NetlinkEvents start(KernelListener listener, Supplier<Ownership> own) throws IOException {
    var route = MulticastSocket.open(Netlink.NETLINK_ROUTE, ROUTE_GROUPS);
    MulticastSocket filter;
    try {
      filter = MulticastSocket.open(Netlink.NETLINK_NETFILTER, NFNLGRP_NFTABLES);
    } catch (IOException e) {
      route.close();
      throw e;
    }
    var events = new NetlinkEvents(List.of(route, filter));
    events.listen("weft-route-events", route, m -> EventNames.ofRoute(m, own.get()), listener);
    events.listen("weft-nftables-events", filter, EventNames::ofNftables, listener);
    return events;
  }

  private void listen(
      String name, MulticastSocket socket, EventNames.Naming naming, KernelListener listener) {
    var thread =
        new Thread(
            () -> {
              while (!closed) {
                try {
                  listenOnce(socket, naming, listener);
                } catch (RuntimeException | Error e) {
                  // Whatever it was, without this thread nothing would be heard any more.
                  LOG.error("thread {} failed in one round and goes on", name, e);
                  rest();
                }
              }
              socket.close();
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void listenOnce(
      MulticastSocket socket, EventNames.Naming naming, KernelListener listener) {
    try {
      socket
          .receive(messages -> EventNames.first(messages, naming))
          .filter(reason -> !closed && !reason.isEmpty())
          .ifPresent(listener::changed);
    } catch (NativeException e) {
      if (e.errno() == Errno.ENOBUFS) {
        listener.changed("overrun");
      } else {
        pause(listener, e);
      }
    } catch (IOException | RuntimeException | Error e) {
      pause(listener, e);
    }
  }

  private void pause(KernelListener listener, Throwable e) {
    if (closed) {
      return;
    }
    listener.changed("failure: " + e.getMessage());
    rest();
  }

  private void rest() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
    } catch (InterruptedException interrupted) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    sockets.forEach(MulticastSocket::wake);
  }
}
