package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import java.util.Objects;

/**
 * The part of a change to a WireGuardNode that only takes away. Where the API server refuses the
 * whole (the planner keeps to the schema, so this is a defect or another version's schema), at
 * least nobody keeps a role, a key or a prefix that was withdrawn. Pure.
 */
final class Withdrawal {
  private Withdrawal() {}

  /** What is published, less what is no longer wanted; valid, since what is published is. */
  static WireGuardNodeSpec of(WireGuardNodeSpec published, WireGuardNodeSpec wanted) {
    boolean moves = !published.location().equals(wanted.location());
    boolean isGateway =
        published.role() == NodeRole.GATEWAY && wanted.role() == NodeRole.GATEWAY && !moves;
    return new WireGuardNodeSpec(
        published.mesh(),
        published.location(),
        isGateway ? NodeRole.GATEWAY : NodeRole.MEMBER,
        published.peerGateway() && wanted.peerGateway() && isGateway,
        isGateway && Objects.equals(published.ordinal(), wanted.ordinal())
            ? published.ordinal()
            : null,
        isGateway ? published.draining() : null,
        published.home() && wanted.home() && isGateway,
        published.addresses(),
        both(published.podCIDRs(), wanted.podCIDRs()),
        both(published.internalIPs(), wanted.internalIPs()),
        both(published.meshedIPs(), wanted.meshedIPs()),
        moves ? List.of() : both(published.locationCIDRs(), wanted.locationCIDRs()),
        published.persistentKeepalive(),
        published.devices().stream()
            .flatMap(d -> wanted.devices().stream().filter(w -> isSame(d, w)).map(w -> less(d, w)))
            .toList(),
        published.encapsulations());
  }

  private static boolean isSame(NodeDevice published, NodeDevice wanted) {
    return published.lane().equals(wanted.lane())
        && published.publicKey().equals(wanted.publicKey());
  }

  private static NodeDevice less(NodeDevice published, NodeDevice wanted) {
    return new NodeDevice(
        published.lane(),
        published.generation(),
        published.publicKey(),
        published.listenPort(),
        both(published.endpoints(), wanted.endpoints()),
        both(published.observedEndpoints(), wanted.observedEndpoints()));
  }

  private static List<String> both(List<String> published, List<String> wanted) {
    return published.stream().filter(wanted::contains).toList();
  }
}
