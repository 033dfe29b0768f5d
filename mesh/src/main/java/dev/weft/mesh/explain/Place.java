package dev.weft.mesh.explain;

import dev.weft.mesh.cluster.PodState;
import dev.weft.mesh.net.IpAddress;
import java.util.List;

/**
 * An end of a path.
 *
 * @param kind what it is
 * @param name as people know it
 * @param address that packets have
 * @param node the Node it is on; empty: a Peer's, or outside
 * @param pod the pod; at most one
 */
public record Place(Kind kind, String name, IpAddress address, String node, List<PodState> pod) {
  /** What a place is. */
  public enum Kind {
    NODE,
    POD,
    PEER,
    BEHIND_LOCATION,
    OUTSIDE,
    /** A Node or Peer that is there and has no part in the mesh; its address says nothing. */
    LEFT_OUT
  }

  public Place {
    pod = List.copyOf(pod);
  }

  @Override
  public String toString() {
    var what = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + name;
    return kind == Kind.LEFT_OUT ? what : "%s (%s)".formatted(what, address);
  }
}
