package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredAddress;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of a node's kernel; each is idempotent. A kind of change is declared here alone: by
 * what executes it ({@link Rtnetlink}, {@link Device}, {@link Tunnel}, {@link Filter}), and by
 * whether it takes something away ({@link Addition}, {@link Removal}).
 */
public sealed interface Change {
  /**
   * What of the change takes nothing away; empty: all of it does. Nothing else is made while not
   * all inputs are known.
   */
  Optional<Change> addition();

  /** Name of the kind, for metrics and messages. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** What it does, for an error message; shows no secret. */
  default String operation() {
    return kind();
  }

  /** A change that takes nothing away. */
  sealed interface Addition extends Change {
    @Override
    default Optional<Change> addition() {
      return Optional.of(this);
    }
  }

  /** A change that only takes something away. */
  sealed interface Removal extends Change {
    @Override
    default Optional<Change> addition() {
      return Optional.empty();
    }
  }

  /** A change that one rtnetlink request makes; many of them are sent together. */
  sealed interface Rtnetlink extends Change {
    @Override
    String operation();
  }

  /** A change of a WireGuard device. */
  sealed interface Device extends Change {}

  /** A change of a peer of a WireGuard device. */
  sealed interface Peer extends Device {
    /** Link name of the device. */
    String device();

    /** The peer's key. */
    PublicKey publicKey();
  }

  /** A change of an encapsulating link. */
  sealed interface Tunnel extends Change {}

  /** A change of the packet filter. */
  sealed interface Filter extends Change {}

  /** Make the WireGuard device's link (kernel or userspace, as the agent has found out). */
  record CreateDevice(DesiredDevice device) implements Device, Addition {}

  /** Set private key, listen port and firewall mark, all of which differ or may differ. */
  record ConfigureDevice(DesiredDevice device) implements Device, Addition {}

  /** Remove a WireGuard device with its link and all peers. */
  record RemoveDevice(String link) implements Device, Removal {}

  /**
   * Add a peer or change one in place; what is not named stays as it is, sessions live on.
   *
   * @param device link name
   * @param publicKey the peer
   * @param isNew whether it may be created; if not, and it is gone meanwhile, nothing happens
   * @param endpoint empty: leave
   * @param addAllowedIPs added; a prefix that another peer of the device has moves here at once
   * @param persistentKeepaliveSeconds 0: off; empty: leave
   * @param presharedKey empty: leave; {@link PresharedKey#NONE} removes it
   */
  record SetPeer(
      String device,
      PublicKey publicKey,
      boolean isNew,
      Optional<Endpoint> endpoint,
      List<Prefix> addAllowedIPs,
      Optional<Integer> persistentKeepaliveSeconds,
      Optional<PresharedKey> presharedKey)
      implements Peer, Addition {
    public SetPeer {
      addAllowedIPs = List.copyOf(addAllowedIPs);
    }
  }

  /**
   * Take allowed IPs away from a peer without touching the others. They are moved to a temporary
   * peer that is then removed, for kernels and wireguard-go cannot otherwise remove one allowed IP.
   */
  record RemoveAllowedIPs(String device, PublicKey publicKey, List<Prefix> allowedIPs)
      implements Peer, Removal {
    public RemoveAllowedIPs {
      allowedIPs = List.copyOf(allowedIPs);
    }
  }

  /** Remove a peer with its sessions. */
  record RemovePeer(String device, PublicKey publicKey) implements Peer, Removal {}

  /** Make an encapsulating link, in the place of one of that name if there is one. */
  record ReplaceTunnel(DesiredTunnel tunnel) implements Tunnel, Addition {}

  /** Remove an encapsulating link with all that hangs on it. */
  record RemoveTunnel(String link) implements Tunnel, Removal {}

  /** Write the whole packet filter in one transaction. */
  record ReplaceFirewall(DesiredFirewall firewall) implements Filter, Addition {}

  /** Change elements of sets of the packet filter in one transaction. */
  record UpdateFirewallSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      implements Filter {
    public UpdateFirewallSets {
      add = Map.copyOf(add);
      remove = Map.copyOf(remove);
    }

    @Override
    public Optional<Change> addition() {
      return add.isEmpty() ? Optional.empty() : Optional.of(new UpdateFirewallSets(add, Map.of()));
    }
  }

  /** Set the MTU of a link and bring it up. */
  record SetLink(String link, int mtu) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set link " + link + " mtu " + mtu + " up";
    }
  }

  /** Set per-device IPv4 settings. */
  record SetLinkSettings(LinkSettings settings) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + settings;
    }
  }

  /** Add an address without a prefix route. */
  record AddAddress(DesiredAddress address) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "add " + address;
    }
  }

  /** Remove an address from a link of ours. */
  record RemoveAddress(String link, InterfaceAddress address) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove address " + address + " from " + link;
    }
  }

  /** Add or replace a permanent neighbour entry. */
  record SetNeighbour(TunnelNeighbour neighbour) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + neighbour;
    }
  }

  /** Remove a permanent neighbour entry. */
  record RemoveNeighbour(TunnelNeighbour neighbour) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove " + neighbour;
    }
  }

  /** Add or replace an entry of a VXLAN link's forwarding database. */
  record SetForwarding(TunnelForwarding forwarding) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + forwarding;
    }
  }

  /** Remove an entry of a VXLAN link's forwarding database. */
  record RemoveForwarding(TunnelForwarding forwarding) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove " + forwarding;
    }
  }

  /** Add or replace a next hop. */
  record SetNextHop(DesiredNextHop nextHop) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + nextHop;
    }
  }

  /** Add or replace a group; routes that use it follow at once. */
  record SetNextHopGroup(DesiredNextHopGroup group) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + group;
    }
  }

  /** Remove a next hop or group of ours; the kernel removes the routes that still use it. */
  record RemoveNextHop(SeenNextHop nextHop) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove next hop " + nextHop.id();
    }
  }

  /** Add or replace a route (NLM_F_CREATE | NLM_F_REPLACE). */
  record SetRoute(DesiredRoute route) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "set " + route;
    }
  }

  /** Remove a route of ours. */
  record RemoveRoute(SeenRoute route) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove route " + route.destination() + " table " + route.table();
    }
  }

  /** Add a rule. */
  record AddRule(DesiredRule rule) implements Rtnetlink, Addition {
    @Override
    public String operation() {
      return "add " + rule;
    }
  }

  /** Remove a rule of ours. */
  record RemoveRule(SeenRule rule) implements Rtnetlink, Removal {
    @Override
    public String operation() {
      return "remove rule with priority " + rule.priority();
    }
  }
}
