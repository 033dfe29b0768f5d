package dev.weft.mesh.view;

import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an agent knows of its own node besides the view.
 *
 * @param nodeName name of the Node
 * @param links with addresses, in index order, without Weft's own
 * @param resolvedNames addresses of the DNS names among endpoints, of both families; a name that is
 *     absent did not resolve
 * @param apiServers addresses and ports of the API server, to be reached without the mesh; numeric
 *     hosts only
 * @param directApiServer whether private addresses among them that are in another location are
 *     reached beside the mesh
 * @param egress pods that leave the cluster elsewhere
 * @param neighbours link addresses of neighbours on the underlay, as the kernel has them
 * @param pastGateways names of nodes that were gateways in an earlier view: nodes that have not
 *     applied the present one still send through them
 */
public record NodeFacts(
    String nodeName,
    List<LinkFacts> links,
    Map<String, List<IpAddress>> resolvedNames,
    List<Endpoint> apiServers,
    boolean directApiServer,
    LocalEgress egress,
    Map<IpAddress, MacAddress> neighbours,
    Set<String> pastGateways) {
  public NodeFacts {
    links = List.copyOf(links);
    resolvedNames = Map.copyOf(resolvedNames);
    apiServers = List.copyOf(apiServers);
    neighbours = Map.copyOf(neighbours);
    pastGateways = Set.copyOf(pastGateways);
  }

  /** Facts of a node none of whose pods leave elsewhere. */
  public NodeFacts(
      String nodeName,
      List<LinkFacts> links,
      Map<String, List<IpAddress>> resolvedNames,
      List<Endpoint> apiServers) {
    this(nodeName, links, resolvedNames, apiServers, LocalEgress.NONE);
  }

  /** Facts of a node that has heard of no neighbour. */
  public NodeFacts(
      String nodeName,
      List<LinkFacts> links,
      Map<String, List<IpAddress>> resolvedNames,
      List<Endpoint> apiServers,
      LocalEgress egress) {
    this(nodeName, links, resolvedNames, apiServers, false, egress, Map.of());
  }

  /** Facts of a node that knows no earlier view. */
  public NodeFacts(
      String nodeName,
      List<LinkFacts> links,
      Map<String, List<IpAddress>> resolvedNames,
      List<Endpoint> apiServers,
      boolean directApiServer,
      LocalEgress egress,
      Map<IpAddress, MacAddress> neighbours) {
    this(nodeName, links, resolvedNames, apiServers, directApiServer, egress, neighbours, Set.of());
  }
}
