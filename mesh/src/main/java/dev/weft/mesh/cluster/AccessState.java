package dev.weft.mesh.cluster;

import java.util.List;
import java.util.Map;

/**
 * What was found out about the API server on the way.
 *
 * @param forbidden resources that the person may not read, as {@code list nodes}
 * @param missing kinds that the API server doesn't have
 * @param presharedKeySecrets names of the Secrets in the agents' namespace; none where they may not
 *     be listed
 * @param presharedKeysRead whether they could be listed
 * @param leaseAgeSeconds by node: since its Lease was renewed, by the API server's clock
 * @param leaseDurationSeconds by node
 * @param operatorAgeSeconds since the operator's Lease was renewed; -1: there is none, or unknown
 * @param clockSkewSeconds how far this machine's clock is ahead of the API server's
 */
public record AccessState(
    List<String> forbidden,
    List<String> missing,
    List<String> presharedKeySecrets,
    boolean presharedKeysRead,
    Map<String, Long> leaseAgeSeconds,
    Map<String, Long> leaseDurationSeconds,
    long operatorAgeSeconds,
    long clockSkewSeconds) {
  /** Nothing known: read from files. */
  public static final AccessState UNKNOWN =
      new AccessState(List.of(), List.of(), List.of(), false, Map.of(), Map.of(), -1, 0);

  public AccessState {
    forbidden = List.copyOf(forbidden);
    missing = List.copyOf(missing);
    presharedKeySecrets = List.copyOf(presharedKeySecrets);
    leaseAgeSeconds = Map.copyOf(leaseAgeSeconds);
    leaseDurationSeconds = Map.copyOf(leaseDurationSeconds);
  }
}
