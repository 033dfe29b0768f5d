package dev.weft.mesh.desired;

import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.List;

/**
 * What the packet filter has to do; the backends translate it.
 *
 * @param meshLinks WireGuard links and the pod bridge: forwarding from and to them is accepted
 *     where a foreign chain's policy would drop it
 * @param wireGuardLinks WireGuard links and those inside of them, whose TCP segments are clamped to
 *     the path MTU
 * @param listenPorts inbound UDP to these is marked in prerouting
 * @param mark the mark for it
 * @param mask bits of the mark
 * @param masquerade in order
 * @param meshPrefixes all prefixes of the mesh, both families, aggregated
 * @param ownPrefixes of this node: pod CIDRs, mesh addresses, internal IPs; traffic neither from
 *     nor to them is transit and not tracked
 * @param trackedPrefixes location CIDRs of this node: masqueraded, hence tracked
 * @param guard who may send encapsulated packets
 * @param egress of packets that leave the cluster elsewhere, or here for others
 * @param direct connections whose answers leave by the way they came
 * @param host what may not pass this host
 * @param exit what others may not reach by way of this host
 */
public record DesiredFirewall(
    List<String> meshLinks,
    List<String> wireGuardLinks,
    List<Integer> listenPorts,
    long mark,
    long mask,
    List<MasqueradeRule> masquerade,
    List<Prefix> meshPrefixes,
    List<Prefix> ownPrefixes,
    List<Prefix> trackedPrefixes,
    EncapsulationGuard guard,
    EgressFilter egress,
    DirectArrivals direct,
    HostGuard host,
    ExitGuard exit) {
  /** UDP port of the probes between agents, on mesh links. */
  public static final int PROBE_PORT = 51818;

  public DesiredFirewall {
    meshLinks = List.copyOf(meshLinks);
    wireGuardLinks = List.copyOf(wireGuardLinks);
    listenPorts = List.copyOf(listenPorts);
    masquerade = List.copyOf(masquerade);
    meshPrefixes = List.copyOf(meshPrefixes);
    ownPrefixes = List.copyOf(ownPrefixes);
    trackedPrefixes = List.copyOf(trackedPrefixes);
  }

  /** The filter of a node that receives nothing encapsulated, and by which none leave. */
  public DesiredFirewall(
      List<String> meshLinks,
      List<String> wireGuardLinks,
      List<Integer> listenPorts,
      long mark,
      long mask,
      List<MasqueradeRule> masquerade,
      List<Prefix> meshPrefixes,
      List<Prefix> ownPrefixes,
      List<Prefix> trackedPrefixes) {
    this(
        meshLinks,
        wireGuardLinks,
        listenPorts,
        mark,
        mask,
        masquerade,
        meshPrefixes,
        ownPrefixes,
        trackedPrefixes,
        EncapsulationGuard.NONE,
        EgressFilter.NONE);
  }

  /** The filter of a node that distinguishes no connections and holds nothing back. */
  public DesiredFirewall(
      List<String> meshLinks,
      List<String> wireGuardLinks,
      List<Integer> listenPorts,
      long mark,
      long mask,
      List<MasqueradeRule> masquerade,
      List<Prefix> meshPrefixes,
      List<Prefix> ownPrefixes,
      List<Prefix> trackedPrefixes,
      EncapsulationGuard guard,
      EgressFilter egress) {
    this(
        meshLinks,
        wireGuardLinks,
        listenPorts,
        mark,
        mask,
        masquerade,
        meshPrefixes,
        ownPrefixes,
        trackedPrefixes,
        guard,
        egress,
        DirectArrivals.NONE,
        HostGuard.NONE);
  }

  /** The filter of a node by which none leave. */
  public DesiredFirewall(
      List<String> meshLinks,
      List<String> wireGuardLinks,
      List<Integer> listenPorts,
      long mark,
      long mask,
      List<MasqueradeRule> masquerade,
      List<Prefix> meshPrefixes,
      List<Prefix> ownPrefixes,
      List<Prefix> trackedPrefixes,
      EncapsulationGuard guard,
      EgressFilter egress,
      DirectArrivals direct,
      HostGuard host) {
    this(
        meshLinks,
        wireGuardLinks,
        listenPorts,
        mark,
        mask,
        masquerade,
        meshPrefixes,
        ownPrefixes,
        trackedPrefixes,
        guard,
        egress,
        direct,
        host,
        ExitGuard.NONE);
  }
}
