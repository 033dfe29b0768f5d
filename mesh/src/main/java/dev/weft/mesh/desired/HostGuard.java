package dev.weft.mesh.desired;

import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * Packets that may not pass this host.
 *
 * @param podLinks links by which own pods send: only from {@code podSources}
 * @param podSources own pod CIDRs
 * @param outside links of the underlay: nothing to {@code closed} leaves by them
 * @param closed service ranges, which kube-proxy translates before a packet leaves, and own pod
 *     CIDRs, which end here
 */
public record HostGuard(
    List<String> podLinks, List<Prefix> podSources, List<String> outside, List<Prefix> closed) {
  /** Nothing is held back. */
  public static final HostGuard NONE = new HostGuard(List.of(), List.of(), List.of(), List.of());

  public HostGuard {
    podLinks = List.copyOf(podLinks);
    podSources = List.copyOf(podSources);
    outside = List.copyOf(outside);
    closed = List.copyOf(closed);
  }

  /** Whether own pods' sources are looked at. */
  public boolean guardsPods() {
    return !podLinks.isEmpty() && !podSources.isEmpty();
  }

  /** Whether anything is kept from leaving. */
  public boolean closes() {
    return !outside.isEmpty() && !closed.isEmpty();
  }
}
