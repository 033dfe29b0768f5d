package dev.weft.mesh.view;

import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * What an agent knows of its own node besides the view.
 *
 * @param nodeName name of the Node
 * @param links with addresses, in index order, without Weft's own
 * @param resolvedNames addresses of the DNS names among endpoints; a name that is absent did not
 *     resolve
 * @param apiServers addresses and ports of the API server, to be reached without the mesh; numeric
 *     hosts only
 * @param egress pods that leave the cluster elsewhere
 */
public record NodeFacts(
    String nodeName,
    List<LinkFacts> links,
    Map<String, IpAddress> resolvedNames,
    List<Endpoint> apiServers,
    LocalEgress egress) {
  public NodeFacts {
    links = List.copyOf(links);
    resolvedNames = Map.copyOf(resolvedNames);
    apiServers = List.copyOf(apiServers);
  }

  /** Facts of a node none of whose pods leave elsewhere. */
  public NodeFacts(
      String nodeName,
      List<LinkFacts> links,
      Map<String, IpAddress> resolvedNames,
      List<Endpoint> apiServers) {
    this(nodeName, links, resolvedNames, apiServers, LocalEgress.NONE);
  }
}
