package dev.weft.mesh.desired;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * What others may not reach by way of this node: looked at before any translation, whoever's
 * address the packet bears.
 *
 * @param links by which packets of others come; empty: nothing is looked at
 * @param refused special ranges and networks of engines; at an exit also private ranges, and what
 *     is on-link
 * @param open what is let pass all the same: the mesh and the cluster, what the mesh's spec opens,
 *     public addresses of this host, which its own firewall guards
 */
public record ExitGuard(List<String> links, List<Prefix> refused, List<Prefix> open) {
  /** Nothing is looked at. */
  public static final ExitGuard NONE = new ExitGuard(List.of(), List.of(), List.of());

  public ExitGuard {
    links = List.copyOf(links);
    refused = List.copyOf(refused);
    open = List.copyOf(open);
  }

  /** Whether there is anything to look at. */
  public boolean isActive() {
    return !links.isEmpty();
  }

  /** Whether what comes by that link for that address is dropped. */
  public boolean refuses(String link, IpAddress destination) {
    return links.contains(link)
        && refused.stream().anyMatch(p -> p.contains(destination))
        && open.stream().noneMatch(p -> p.contains(destination));
  }
}
