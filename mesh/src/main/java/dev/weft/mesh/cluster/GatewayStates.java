package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.GatewayState;
import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How each of several gateways is, as the agents of gateways in other locations report it. */
public final class GatewayStates {
  private GatewayStates() {}

  /**
   * The gateways of each location by ordinal; none in a mesh with one gateway per location.
   *
   * @param reports of agents that are heard of, by node
   */
  public static Map<String, List<MeshGatewayStatus>> of(
      MeshView view, Map<String, NodeReportSpec> reports) {
    var lanes = new Topology(view).lanes();
    var states = new TreeMap<String, List<MeshGatewayStatus>>();
    if (lanes.isActive()) {
      lanes
          .byLocation()
          .forEach(
              (location, gateways) ->
                  states.put(
                      location,
                      gateways.values().stream()
                          .map(
                              g ->
                                  new MeshGatewayStatus(
                                      g.name(), g.ordinal(), state(lanes, g, reports)))
                          .toList()));
    }
    return states;
  }

  /** A gateway's ordinal and, unless it is ready, its state; such as {@code 1, Draining}. */
  public static String note(MeshGatewayStatus gateway) {
    return gateway.state() == GatewayState.READY
        ? String.valueOf(gateway.ordinal())
        : gateway.ordinal() + ", " + gateway.state();
  }

  private static GatewayState state(
      Lanes lanes, MeshNode gateway, Map<String, NodeReportSpec> reports) {
    var said = said(lanes, gateway, reports);
    if (said.equals(Set.of(false))) {
      return GatewayState.OUT;
    }
    if (gateway.draining()) {
      return GatewayState.DRAINING;
    }
    return said.isEmpty() ? GatewayState.UNKNOWN : GatewayState.READY;
  }

  /** Whether it answers, as the gateways of other locations say. */
  private static Set<Boolean> said(
      Lanes lanes, MeshNode gateway, Map<String, NodeReportSpec> reports) {
    return lanes.byLocation().values().stream()
        .flatMap(gateways -> gateways.values().stream())
        .filter(other -> !other.location().equals(gateway.location()))
        .flatMap(other -> said(other, gateway, reports))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<Boolean> said(
      MeshNode from, MeshNode gateway, Map<String, NodeReportSpec> reports) {
    var report = reports.get(from.name());
    var key = PeerDevice.of(from, gateway).map(d -> d.publicKey().text());
    return report == null || key.isEmpty()
        ? Stream.empty()
        : report.peers().stream()
            .filter(p -> p.publicKey().equals(key.get()))
            .map(ReportedPeer::reachable)
            .filter(Objects::nonNull);
  }
}
