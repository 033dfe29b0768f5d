package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.plan.gateway.GatewayPreference;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Optional;

/**
 * What a Node claims, read from its labels, annotations, addresses and report; not yet compared
 * with what others claim.
 *
 * @param input the node
 * @param entry the entry of the mesh's spec.locations that selects it
 * @param location where the entry or the node itself says it is; empty: nowhere in particular
 * @param internalIPs inside the ranges that the mesh allows
 * @param endpoints candidates that other locations may use, best first
 * @param publicKey of lane 0: as reported, else as published before; empty: none, or malformed
 * @param listenPort UDP port
 * @param podCIDRs well-formed ones
 * @param entryCIDRs what the entry has behind the location
 * @param locationCIDRs well-formed ones of the node's annotation, without the entry's
 * @param keepalive what an annotation says, in seconds; 0: off; empty: it says nothing
 * @param preference as a gateway
 * @param encapsulations tunnels that its kernel can make; empty: not reported
 * @param problems what could not be read; more are added later
 */
record NodeReading(
    NodeInput input,
    Optional<LocationEntry> entry,
    String location,
    List<IpAddress> internalIPs,
    List<Endpoint> endpoints,
    Optional<PublicKey> publicKey,
    int listenPort,
    List<Prefix> podCIDRs,
    List<Prefix> entryCIDRs,
    List<Prefix> locationCIDRs,
    Optional<Integer> keepalive,
    GatewayPreference preference,
    List<EncapsulationProtocol> encapsulations,
    Problems problems) {
  /**
   * Whether the node may be gone soon: it is cordoned, or its annotation {@code weft.dev/drain}
   * takes packets of others off it.
   */
  boolean isLeaving() {
    return input.isCordoned() || RoleAnnotations.of(input).drains();
  }

  /** What says that the node may be gone soon. */
  String leavingField() {
    return input.isCordoned() ? "spec.unschedulable" : RoleAnnotations.DRAIN_FIELD;
  }

  /**
   * Reads a node.
   *
   * @param problems of the node; what can't be read is added
   */
  static NodeReading read(
      NodeInput node,
      WireGuardMeshSpec mesh,
      Optional<LocationEntry> entry,
      List<Prefix> nodeRanges,
      Problems problems) {
    RoleAnnotations.of(node).checkDrain(problems);
    return new NodeReader(node, mesh, entry, nodeRanges, problems).read();
  }

  /** A node as it was published, for one that can't be read any more. */
  static NodeReading ofPublished(
      NodeInput node, WireGuardMeshSpec mesh, Optional<LocationEntry> entry, Problems problems) {
    if (node.published().isEmpty()) {
      return nothing(node, mesh, problems);
    }
    var published = node.published().getFirst();
    var device = published.device(DeviceId.DEFAULT.lane());
    var keepalive = published.persistentKeepalive();
    var locationCIDRs = published.locationCIDRs().stream().map(Prefix::parse).toList();
    var ofEntry = entry.map(LocationEntry::locationCIDRs).orElse(List.of());
    return new NodeReading(
        node,
        entry,
        published.location(),
        published.internalIPs().stream().map(IpAddress::parse).toList(),
        device.stream().flatMap(d -> d.endpoints().stream()).map(Endpoint::parse).toList(),
        device.map(d -> new PublicKey(d.publicKey())),
        device.map(NodeDevice::listenPort).orElse(mesh.device().port()),
        published.podCIDRs().stream().map(Prefix::parse).toList(),
        locationCIDRs.stream().filter(ofEntry::contains).toList(),
        locationCIDRs.stream().filter(p -> !ofEntry.contains(p)).toList(),
        Optional.of(keepalive == null ? 0 : Durations.seconds(keepalive)),
        GatewayPreference.NEUTRAL,
        published.encapsulations(),
        problems);
  }

  /** A node of which nothing could be read. */
  static NodeReading nothing(NodeInput node, WireGuardMeshSpec mesh, Problems problems) {
    return new NodeReading(
        node,
        Optional.empty(),
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        mesh.device().port(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        GatewayPreference.NEVER,
        List.of(),
        problems);
  }

  /** The ranges that internal IPs may come from. */
  static List<Prefix> nodeRanges(WireGuardMeshSpec mesh) {
    return mesh.nodeCIDRs().isEmpty()
        ? SpecialRanges.PRIVATE
        : mesh.nodeCIDRs().stream().map(Prefix::parse).toList();
  }
}
