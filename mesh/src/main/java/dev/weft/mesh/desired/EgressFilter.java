package dev.weft.mesh.desired;

import java.util.List;

/**
 * What the packet filter has to do for packets that leave the cluster elsewhere, or here for
 * others. Connections are known by the bits of the mesh's mark.
 *
 * @param podLinks links by which own pods send: a connection that began by an exit goes on by no
 *     other way, and what belongs to no connection leaves by none, since nothing would translate
 *     their addresses there
 * @param links to exits and from those that leave here
 * @param exit whether others leave here: answers to what came by the links are marked, and go back
 *     by them, without the mark, or not at all; what belongs to no connection doesn't leave here
 */
public record EgressFilter(List<String> podLinks, List<String> links, boolean exit) {
  /** No pods, no exits. */
  public static final EgressFilter NONE = new EgressFilter(List.of(), List.of(), false);

  public EgressFilter {
    podLinks = List.copyOf(podLinks);
    links = List.copyOf(links);
  }
}
