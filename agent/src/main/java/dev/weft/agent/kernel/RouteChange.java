package dev.weft.agent.kernel;

import dev.weft.agent.netlink.Request;
import dev.weft.mesh.diff.Change;
import java.util.Set;

/**
 * A change as an rtnetlink request.
 *
 * @param tolerated errnos treated as success (state already as requested)
 */
record RouteChange(Change.Rtnetlink change, Request request, Set<Integer> tolerated) {
  RouteChange {
    tolerated = Set.copyOf(tolerated);
  }
}
