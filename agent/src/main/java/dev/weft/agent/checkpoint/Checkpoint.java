package dev.weft.agent.checkpoint;

import dev.weft.agent.view.PublishedMesh;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.trial.LearntEndpoints;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node needs to come back without the API server.
 *
 * @param nodeName whose it is
 * @param published the last accepted objects; empty: in no mesh
 * @param presharedKeys by name of their Secret
 * @param podCIDRs of the own Node
 * @param resolvedNames addresses of DNS names at last
 * @param apiServers where the Service {@code kubernetes} led
 * @param directApiServer whether private addresses among them are reached beside the mesh
 * @param learnt where nodes without a configured endpoint called from
 */
public record Checkpoint(
    String nodeName,
    Optional<PublishedMesh> published,
    Map<String, PresharedKey> presharedKeys,
    List<String> podCIDRs,
    Map<String, List<IpAddress>> resolvedNames,
    List<Endpoint> apiServers,
    boolean directApiServer,
    LearntEndpoints learnt) {
  public Checkpoint {
    presharedKeys = Map.copyOf(presharedKeys);
    podCIDRs = List.copyOf(podCIDRs);
    resolvedNames = Map.copyOf(resolvedNames);
    apiServers = List.copyOf(apiServers);
  }

  /** That of a node that knows nothing. */
  public static Checkpoint empty(String nodeName) {
    return new Checkpoint(
        nodeName,
        Optional.empty(),
        Map.of(),
        List.of(),
        Map.of(),
        List.of(),
        false,
        LearntEndpoints.NONE);
  }
}
