package dev.weft.agent.reconcile;

import dev.weft.agent.view.ApiContact;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * Which way the node's own packets take to private addresses of the API server that are in another
 * location: beside the mesh, where it was reached so before the mesh was there, else through it.
 * Only trying can tell, so the other way is tried where one no longer leads there. Pure.
 *
 * @param direct whether they go beside the mesh
 * @param since when it was lost by this way; {@link ApiContact#NEVER}: it is not
 * @param patience seconds until the other way is tried, beyond those until it counts as lost
 */
public record ApiServerWay(boolean direct, long since, long patience) {
  private static final long FIRST = 60;
  private static final long LONGEST = 600;

  /** That of a checkpoint. */
  public static ApiServerWay of(boolean direct) {
    return new ApiServerWay(direct, ApiContact.NEVER, FIRST);
  }

  /** The way after a look at the contact. */
  public ApiServerWay heed(ApiContact contact) {
    if (!contact.lost()) {
      return of(direct);
    }
    if (since == ApiContact.NEVER) {
      return new ApiServerWay(direct, contact.now(), patience);
    }
    return contact.now() - since < patience
        ? this
        : new ApiServerWay(!direct, contact.now(), Math.min(LONGEST, patience * 2));
  }

  /**
   * The way of a node that has just heard of its first view, by an API server that it reached
   * without any mesh.
   *
   * @param called what the agent called: only an address says something about the way, or the
   *     Service, which leads to one
   */
  public ApiServerWay joined(Optional<IpAddress> called, List<Prefix> serviceCIDRs) {
    boolean tells =
        called
            .filter(
                a -> !a.isGloballyRoutable() || serviceCIDRs.stream().anyMatch(p -> p.contains(a)))
            .isPresent();
    return tells ? of(true) : this;
  }
}
