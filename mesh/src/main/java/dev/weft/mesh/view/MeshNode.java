package dev.weft.mesh.view;

import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node as it is in force.
 *
 * @param name of the Node
 * @param location its location
 * @param role what it is to other locations
 * @param peerGateway whether the Peers of its location are attached here
 * @param ordinal number of a gateway among those of its location, from 0; 0 of a member
 * @param draining whether it is to be left as a gateway: used while no other one works
 * @param home whether its location serves roaming Peers what belongs to no location
 * @param addresses mesh addresses, at most one per family
 * @param podCIDRs accepted
 * @param internalIPs accepted
 * @param meshedIPs those of the internal IPs that other locations may reach
 * @param locationCIDRs accepted
 * @param persistentKeepaliveSeconds that it uses towards its peers; 0: none
 * @param devices by lane and generation; empty: it has no vetted key yet
 * @param encapsulations tunnels that its kernel can make; never empty
 */
public record MeshNode(
    String name,
    String location,
    NodeRole role,
    boolean peerGateway,
    int ordinal,
    boolean draining,
    boolean home,
    List<IpAddress> addresses,
    List<Prefix> podCIDRs,
    List<IpAddress> internalIPs,
    List<IpAddress> meshedIPs,
    List<Prefix> locationCIDRs,
    int persistentKeepaliveSeconds,
    List<MeshDevice> devices,
    Set<EncapsulationProtocol> encapsulations) {
  /** The greatest ordinal, and so the greatest lane. */
  public static final int MAX_ORDINAL = 7;

  public MeshNode {
    if (ordinal < 0 || ordinal > MAX_ORDINAL) {
      throw new IllegalArgumentException(
          "ordinal %d of node %s is not between 0 and %d".formatted(ordinal, name, MAX_ORDINAL));
    }
    addresses = List.copyOf(addresses);
    podCIDRs = List.copyOf(podCIDRs);
    internalIPs = List.copyOf(internalIPs);
    meshedIPs = List.copyOf(meshedIPs);
    locationCIDRs = List.copyOf(locationCIDRs);
    devices = devices.stream().sorted(Comparator.comparing(MeshDevice::id)).toList();
    encapsulations = Collections.unmodifiableSet(new TreeSet<>(encapsulations));
  }

  /** The device of a lane, of its newest generation; empty: the lane has no vetted key. */
  public Optional<MeshDevice> device(int lane) {
    return devices.stream()
        .filter(d -> d.id().lane() == lane)
        .max(Comparator.comparing(MeshDevice::id));
  }

  /** Whether other locations can call it at one of its devices. */
  public boolean hasEndpoint() {
    return devices.stream().anyMatch(d -> !d.endpoints().isEmpty());
  }
}
