package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is kept from those who come by the tunnels (ADR 95). */
final class ExitGuardPlanner {
  private ExitGuardPlanner() {}

  /**
   * The guard of one node.
   *
   * @param tunnels the WireGuard device and the links inside of it
   * @param cluster all prefixes of mesh and cluster
   */
  static ExitGuard plan(
      MeshView view,
      MeshNode self,
      NodeFacts facts,
      List<String> tunnels,
      List<Prefix> cluster,
      Exits exits) {
    boolean isExit = !exits.sources().isEmpty() || exits.servesPods();
    return isExit ? exit(view, facts, tunnels, cluster) : gateway(view, self, facts, tunnels);
  }

  private static ExitGuard exit(
      MeshView view, NodeFacts facts, List<String> tunnels, List<Prefix> cluster) {
    var refused = new ArrayList<>(SpecialRanges.NOT_THE_INTERNET);
    refused.addAll(onLink(facts.links()));
    var open = new ArrayList<>(cluster);
    open.addAll(opened(view));
    open.addAll(ownPublic(facts));
    return new ExitGuard(tunnels, Aggregation.of(refused), Aggregation.of(open));
  }

  /**
   * Of a node that is no exit: the networks of engines on this host, of which it is the router, so
   * that answers would find back, and special addresses. What Peers and other locations have there
   * is not behind this node.
   */
  private static ExitGuard gateway(
      MeshView view, MeshNode self, NodeFacts facts, List<String> tunnels) {
    var refused = new ArrayList<>(SpecialRanges.SPECIAL);
    refused.addAll(onLink(facts.links().stream().filter(LinkFacts::isOfEngine).toList()));
    var open = new ArrayList<>(OwnSide.ranges(view, self));
    open.addAll(opened(view));
    open.addAll(ownPublic(facts));
    // A set as large as that of the mesh's prefixes would be for nothing.
    open.removeIf(p -> refused.stream().noneMatch(p::overlaps));
    return new ExitGuard(tunnels, Aggregation.of(refused), Aggregation.of(open));
  }

  private static List<Prefix> ownPublic(NodeFacts facts) {
    return facts.links().stream()
        .flatMap(l -> l.addresses().stream())
        .map(a -> a.address())
        .filter(a -> a.isGloballyRoutable())
        .map(Prefix::host)
        .toList();
  }

  private static List<Prefix> onLink(List<LinkFacts> links) {
    return links.stream()
        .flatMap(l -> l.addresses().stream())
        .map(a -> a.network())
        .filter(p -> !p.isHost() && p.length() > 0)
        .distinct()
        .toList();
  }

  /**
   * What the spec opens. A wide range doesn't open a special one that it happens to hold, such as
   * the metadata address inside 100.64.0.0/10: that has to be named.
   */
  private static List<Prefix> opened(MeshView view) {
    return view.mesh().spec().allowedExitCIDRs().stream()
        .map(Prefix::parse)
        .flatMap(ExitGuardPlanner::withoutSpecial)
        .toList();
  }

  private static Stream<Prefix> withoutSpecial(Prefix range) {
    var rest = List.of(range);
    for (var special : SpecialRanges.SPECIAL) {
      if (!special.contains(range)) {
        rest = rest.stream().flatMap(p -> p.minus(special).stream()).toList();
      }
    }
    return rest.stream();
  }
}
