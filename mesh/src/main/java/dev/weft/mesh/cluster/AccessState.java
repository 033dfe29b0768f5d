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
 * @param leaseSkewSeconds by node: how far the clock that its agent wrote its Lease by is ahead of
 *     the API server's, by which the write was noted
 * @param lackingRights what Weft's own accounts may not do
 */
public record AccessState(
    List<String> forbidden,
    List<String> missing,
    List<String> presharedKeySecrets,
    boolean presharedKeysRead,
    Map<String, Long> leaseAgeSeconds,
    Map<String, Long> leaseDurationSeconds,
    long operatorAgeSeconds,
    long clockSkewSeconds,
    Map<String, Long> leaseSkewSeconds,
    List<LackingRight> lackingRights) {
  /**
   * Something that an account of Weft's needs, and may not do.
   *
   * @param account as {@code weft-agents/weft-agent}
   * @param what as {@code patch nodereports.weft.dev}
   */
  public record LackingRight(String account, String what) {}

  /** Where clocks and rights are not known. */
  public AccessState(
      List<String> forbidden,
      List<String> missing,
      List<String> presharedKeySecrets,
      boolean presharedKeysRead,
      Map<String, Long> leaseAgeSeconds,
      Map<String, Long> leaseDurationSeconds,
      long operatorAgeSeconds,
      long clockSkewSeconds) {
    this(
        forbidden,
        missing,
        presharedKeySecrets,
        presharedKeysRead,
        leaseAgeSeconds,
        leaseDurationSeconds,
        operatorAgeSeconds,
        clockSkewSeconds,
        Map.of(),
        List.of());
  }

  /** Nothing known: read from files. */
  public static final AccessState UNKNOWN =
      new AccessState(List.of(), List.of(), List.of(), false, Map.of(), Map.of(), -1, 0);

  public AccessState {
    forbidden = List.copyOf(forbidden);
    missing = List.copyOf(missing);
    presharedKeySecrets = List.copyOf(presharedKeySecrets);
    leaseAgeSeconds = Map.copyOf(leaseAgeSeconds);
    leaseDurationSeconds = Map.copyOf(leaseDurationSeconds);
    leaseSkewSeconds = Map.copyOf(leaseSkewSeconds);
    lackingRights = List.copyOf(lackingRights);
  }
}
