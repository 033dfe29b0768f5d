package dev.weft.cli.status;

import dev.weft.cli.output.Table;
import dev.weft.mesh.cluster.GatewayStates;
import dev.weft.mesh.cluster.Overview;
import java.util.stream.Collectors;

/** An overview as tables. Pure. */
final class OverviewText {
  private OverviewText() {}

  static String all(Overview overview, boolean wide, boolean colour) {
    var text = new StringBuilder();
    var meshes = new Table("MESH", "STATE", "GRANULARITY", "READY", "PEERS", "DETAIL");
    overview
        .meshes()
        .forEach(
            m ->
                meshes.row(
                    m.well(),
                    m.name(),
                    state(m.well()),
                    m.granularity(),
                    m.readyNodes() + "/" + m.nodes(),
                    m.peers(),
                    m.detail()));
    var locations = new Table("LOCATION", "STATE", "NODES", "GATEWAYS", "DETAIL");
    overview
        .locations()
        .forEach(
            l ->
                locations.row(
                    l.well(), l.name(), state(l.well()), l.nodes(), gateways(l), l.detail()));
    text.append(meshes.isEmpty() ? "no WireGuardMesh; create one\n" : meshes.text(colour));
    if (!locations.isEmpty()) {
      text.append('\n').append(locations.text(colour));
    }
    if (!overview.nodes().isEmpty()) {
      text.append('\n').append(nodes(overview, wide, colour));
    }
    if (!overview.peers().isEmpty()) {
      text.append('\n').append(peers(overview, wide, colour));
    }
    return text.toString();
  }

  /** Such as {@code aws-1 (0),aws-2 (1, Draining)}; names alone where a location has one. */
  private static String gateways(Overview.LocationHealth location) {
    return location.gatewayStates().isEmpty()
        ? String.join(",", location.gateways())
        : location.gatewayStates().stream()
            .map(g -> "%s (%s)".formatted(g.node(), GatewayStates.note(g)))
            .collect(Collectors.joining(","));
  }

  static String nodes(Overview overview, boolean wide, boolean colour) {
    var table =
        wide
            ? new Table(
                "NODE",
                "STATE",
                "LOCATION",
                "ROLE",
                "ADDRESS",
                "TUNNELS",
                "ENDPOINT",
                "AGENT",
                "DETAIL")
            : new Table("NODE", "STATE", "LOCATION", "ROLE", "ADDRESS", "TUNNELS", "DETAIL");
    for (var n : overview.nodes()) {
      var tunnels = n.fresh() + "/" + n.tunnels();
      if (wide) {
        table.row(
            n.well(),
            n.name(),
            state(n.well()),
            n.location(),
            n.role(),
            n.address(),
            tunnels,
            n.endpoint(),
            n.agent(),
            n.detail());
      } else {
        table.row(
            n.well(),
            n.name(),
            state(n.well()),
            n.location(),
            n.role(),
            n.address(),
            tunnels,
            n.detail());
      }
    }
    return table.text(colour);
  }

  static String peers(Overview overview, boolean wide, boolean colour) {
    var table =
        wide
            ? new Table(
                "PEER",
                "ACCEPTED",
                "CONNECTED",
                "SINCE/LAST",
                "ENDPOINT",
                "GATEWAY",
                "LOCATION",
                "ALLOWED IPS",
                "EXPIRES",
                "DETAIL")
            : new Table("PEER", "ACCEPTED", "CONNECTED", "SINCE/LAST", "ALLOWED IPS", "DETAIL");
    for (var p : overview.peers()) {
      var allowed = String.join(",", p.allowedIPs());
      if (wide) {
        table.row(
            p.well(),
            p.name(),
            p.accepted(),
            p.connected(),
            p.lastHandshake(),
            p.endpointClass(),
            p.gateway(),
            p.location(),
            allowed,
            p.expiresAt(),
            p.detail());
      } else {
        table.row(
            p.well(),
            p.name(),
            p.accepted(),
            p.connected(),
            p.lastHandshake(),
            allowed,
            p.detail());
      }
    }
    return table.text(colour);
  }

  private static String state(boolean well) {
    return well ? "Ready" : "Unwell";
  }
}
