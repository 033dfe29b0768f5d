package dev.weft.mesh.view;

import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node as it is in force.
 *
 * @param name of the Node
 * @param location its location
 * @param role what it is to other locations
 * @param peerGateway whether the Peers of its location are attached here
 * @param addresses mesh addresses, at most one per family
 * @param podCIDRs accepted
 * @param internalIPs accepted
 * @param meshedIPs those of the internal IPs that other locations may reach
 * @param locationCIDRs accepted
 * @param persistentKeepaliveSeconds that it uses towards its peers; 0: none
 * @param devices by lane; empty: it has no vetted key yet
 * @param encapsulations tunnels that its kernel can make; never empty
 */
public record MeshNode(
    String name,
    String location,
    NodeRole role,
    boolean peerGateway,
    List<IpAddress> addresses,
    List<Prefix> podCIDRs,
    List<IpAddress> internalIPs,
    List<IpAddress> meshedIPs,
    List<Prefix> locationCIDRs,
    int persistentKeepaliveSeconds,
    List<MeshDevice> devices,
    Set<EncapsulationProtocol> encapsulations) {
  public MeshNode {
    addresses = List.copyOf(addresses);
    podCIDRs = List.copyOf(podCIDRs);
    internalIPs = List.copyOf(internalIPs);
    meshedIPs = List.copyOf(meshedIPs);
    locationCIDRs = List.copyOf(locationCIDRs);
    devices = List.copyOf(devices);
    encapsulations = Collections.unmodifiableSet(new TreeSet<>(encapsulations));
  }
}
