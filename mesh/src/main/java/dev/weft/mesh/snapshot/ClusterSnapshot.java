package dev.weft.mesh.snapshot;

import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that the operator has read.
 *
 * @param meshes in any order
 * @param nodes in any order
 * @param peers in any order
 * @param unresolvedNames DNS names of endpoints that do not resolve, as the operator sees it
 * @param nowEpochSecond for expiry
 * @param apiServers addresses of the API server itself, which no object may claim
 * @param reservedNames DNS names of endpoints that lead where no other machine is, each with such
 *     an address, as the operator sees it
 * @param formerAddresses mesh addresses that Peers had which are not there; others get them last
 */
public record ClusterSnapshot(
    List<MeshInput> meshes,
    List<NodeInput> nodes,
    List<PeerInput> peers,
    Set<String> unresolvedNames,
    long nowEpochSecond,
    List<IpAddress> apiServers,
    Map<String, IpAddress> reservedNames,
    List<IpAddress> formerAddresses) {
  public ClusterSnapshot {
    meshes = List.copyOf(meshes);
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
    apiServers = List.copyOf(apiServers);
    reservedNames = Map.copyOf(reservedNames);
    formerAddresses = List.copyOf(formerAddresses);
  }

  /** A cluster whose Peers are all there. */
  public ClusterSnapshot(
      List<MeshInput> meshes,
      List<NodeInput> nodes,
      List<PeerInput> peers,
      Set<String> unresolvedNames,
      long nowEpochSecond,
      List<IpAddress> apiServers,
      Map<String, IpAddress> reservedNames) {
    this(
        meshes,
        nodes,
        peers,
        unresolvedNames,
        nowEpochSecond,
        apiServers,
        reservedNames,
        List.of());
  }

  /** A cluster whose names lead nowhere in particular. */
  public ClusterSnapshot(
      List<MeshInput> meshes,
      List<NodeInput> nodes,
      List<PeerInput> peers,
      Set<String> unresolvedNames,
      long nowEpochSecond,
      List<IpAddress> apiServers) {
    this(meshes, nodes, peers, unresolvedNames, nowEpochSecond, apiServers, Map.of());
  }

  /** A cluster of whose API server nothing is known. */
  public ClusterSnapshot(
      List<MeshInput> meshes,
      List<NodeInput> nodes,
      List<PeerInput> peers,
      Set<String> unresolvedNames,
      long nowEpochSecond) {
    this(meshes, nodes, peers, unresolvedNames, nowEpochSecond, List.of());
  }
}
