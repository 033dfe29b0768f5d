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

/** One change of a node's kernel; each is idempotent. */
public sealed interface Change {
  /** Make the WireGuard device's link (kernel or userspace, as the agent has found out). */
  record CreateDevice(DesiredDevice device) implements Change {}

  /** Set private key, listen port and firewall mark, all of which differ or may differ. */
  record ConfigureDevice(DesiredDevice device) implements Change {}

  /** Make an encapsulating link, in the place of one of that name if there is one. */
  record ReplaceTunnel(DesiredTunnel tunnel) implements Change {}

  /** Remove an encapsulating link with all that hangs on it. */
  record RemoveTunnel(String link) implements Change {}

  /** Add or replace a permanent neighbour entry. */
  record SetNeighbour(TunnelNeighbour neighbour) implements Change {}

  /** Remove a permanent neighbour entry. */
  record RemoveNeighbour(TunnelNeighbour neighbour) implements Change {}

  /** Add or replace an entry of a VXLAN link's forwarding database. */
  record SetForwarding(TunnelForwarding forwarding) implements Change {}

  /** Remove an entry of a VXLAN link's forwarding database. */
  record RemoveForwarding(TunnelForwarding forwarding) implements Change {}

  /** Set the MTU of a link and bring it up. */
  record SetLink(String link, int mtu) implements Change {}

  /** Set per-device IPv4 settings. */
  record SetLinkSettings(LinkSettings settings) implements Change {}

  /** Add an address without a prefix route. */
  record AddAddress(DesiredAddress address) implements Change {}

  /** Remove an address from a link of ours. */
  record RemoveAddress(String link, InterfaceAddress address) implements Change {}

  /**
   * Add a peer or change one in place; what is not named stays as it is, sessions live on.
   *
   * @param device link name
   * @param publicKey the peer
   * @param isNew whether it may be created; if not, and it is gone meanwhile, nothing happens
   * @param endpoint at most one; empty: leave
   * @param addAllowedIPs added; a prefix that another peer of the device has moves here at once
   * @param persistentKeepaliveSeconds -1: leave
   * @param presharedKey at most one; empty: leave; {@link PresharedKey#NONE} removes it
   */
  record SetPeer(
      String device,
      PublicKey publicKey,
      boolean isNew,
      List<Endpoint> endpoint,
      List<Prefix> addAllowedIPs,
      int persistentKeepaliveSeconds,
      List<PresharedKey> presharedKey)
      implements Change {
    public SetPeer {
      endpoint = List.copyOf(endpoint);
      addAllowedIPs = List.copyOf(addAllowedIPs);
      presharedKey = List.copyOf(presharedKey);
    }
  }

  /**
   * Take allowed IPs away from a peer without touching the others. They are moved to a parking peer
   * that is then removed, for kernels and wireguard-go cannot otherwise remove one allowed IP.
   */
  record RemoveAllowedIPs(String device, PublicKey publicKey, List<Prefix> allowedIPs)
      implements Change {
    public RemoveAllowedIPs {
      allowedIPs = List.copyOf(allowedIPs);
    }
  }

  /** Remove a peer with its sessions. */
  record RemovePeer(String device, PublicKey publicKey) implements Change {}

  /** Add or replace a next hop. */
  record SetNextHop(DesiredNextHop nextHop) implements Change {}

  /** Add or replace a group; routes that use it follow at once. */
  record SetNextHopGroup(DesiredNextHopGroup group) implements Change {}

  /** Remove a next hop or group of ours; the kernel removes the routes that still use it. */
  record RemoveNextHop(SeenNextHop nextHop) implements Change {}

  /** Add or replace a route (NLM_F_CREATE | NLM_F_REPLACE). */
  record SetRoute(DesiredRoute route) implements Change {}

  /** Remove a route of ours. */
  record RemoveRoute(SeenRoute route) implements Change {}

  /** Add a rule. */
  record AddRule(DesiredRule rule) implements Change {}

  /** Remove a rule of ours. */
  record RemoveRule(SeenRule rule) implements Change {}

  /** Write the whole packet filter in one transaction. */
  record ReplaceFirewall(DesiredFirewall firewall) implements Change {}

  /** Change elements of sets of the packet filter in one transaction. */
  record UpdateFirewallSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      implements Change {
    public UpdateFirewallSets {
      add = Map.copyOf(add);
      remove = Map.copyOf(remove);
    }
  }
}
