package dev.weft.agent.kernel;

import dev.weft.agent.netlink.Request;
import dev.weft.mesh.diff.Change;
import java.util.Set;

/**
 * A change as an rtnetlink request.
 *
 * @param operation for an error message
 * @param tolerated errnos that mean that it is so already
 */
record RouteChange(Change change, String operation, Request request, Set<Integer> tolerated) {
  RouteChange {
    tolerated = Set.copyOf(tolerated);
  }
}
