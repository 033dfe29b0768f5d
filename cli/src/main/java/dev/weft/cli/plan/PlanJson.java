package dev.weft.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.cluster.EndpointNames;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.render.ResolvedRoute;
import dev.weft.mesh.render.StateText;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.util.List;
import java.util.Optional;

/**
 * The plan as JSON; its shape is documented in docs/plan-json.md and stays. Absent values are null.
 */
final class PlanJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PlanJson() {}

  static String of(OfflinePlan plan) {
    var root = JSON.objectNode();
    var nodes = root.putArray("nodes");
    plan.nodes().forEach(n -> nodes.add(node(n)));
    var problems = root.putArray("problems");
    plan.problems().forEach(p -> problems.add(problem(p)));
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  private static ObjectNode node(PlannedNode planned) {
    var state = planned.state();
    var node = JSON.objectNode();
    node.put("name", planned.node().name());
    node.put("role", planned.node().role() == NodeRole.GATEWAY ? "Gateway" : "Member");
    node.put("location", planned.node().location());
    node.put("device", state.device(DeviceId.DEFAULT).map(DesiredDevice::name).orElse(null));
    var addresses = node.putArray("addresses");
    state.addresses().forEach(a -> addresses.add(a.address().toString()));
    var peers = node.putArray("wireguardPeers");
    state.devices().stream()
        .flatMap(d -> d.peers().stream())
        .forEach(p -> peers.add(peer(p, planned.names())));
    var routes = node.putArray("routes");
    ResolvedRoute.of(state).forEach(r -> routes.add(route(r)));
    var rules = node.putArray("rules");
    state.rules().forEach(r -> rules.add(rule(r)));
    var masquerade = node.putObject("nat").putArray("masquerade");
    state.firewall().masquerade().forEach(m -> masquerade(m, masquerade));
    var tunnels = node.putArray("tunnels");
    state.encapsulation().tunnels().forEach(t -> tunnels.add(tunnel(t, state.encapsulation())));
    return node;
  }

  private static ObjectNode tunnel(DesiredTunnel tunnel, DesiredEncapsulation encapsulation) {
    var node = JSON.objectNode();
    node.put("name", tunnel.name());
    node.put("kind", tunnel instanceof DesiredTunnel.Vxlan ? "vxlan" : "ipip");
    node.put("local", tunnel.local().toString());
    node.put("mtu", tunnel.mtu());
    var remotes = node.putArray("remotes");
    encapsulation.forwardings().stream()
        .filter(f -> f.link().equals(tunnel.name()))
        .forEach(
            f -> remotes.addObject().put("mac", f.mac().toString()).put("to", f.to().toString()));
    return node;
  }

  private static ObjectNode peer(DesiredPeer peer, EndpointNames names) {
    var node = JSON.objectNode();
    node.put("publicKey", peer.publicKey().text());
    node.put(
        "endpoint", peer.endpoints().isEmpty() ? null : names.show(peer.endpoints().getFirst()));
    node.set("allowedIPs", prefixes(peer.allowedIPs()));
    node.put("persistentKeepalive", peer.persistentKeepaliveSeconds());
    node.put("presharedKey", !peer.presharedKey().equals(PresharedKey.NONE));
    return node;
  }

  private static ObjectNode route(ResolvedRoute resolved) {
    var node = JSON.objectNode();
    node.put("dst", resolved.route().destination().toString());
    node.put("via", orNull(resolved.via()));
    node.put("dev", orNull(resolved.dev()));
    node.put("table", resolved.route().table());
    var source = resolved.route().source();
    node.put("src", source.map(Object::toString).orElse(null));
    node.put("type", resolved.type());
    return node;
  }

  private static ObjectNode rule(DesiredRule rule) {
    var node = JSON.objectNode();
    node.put("priority", rule.priority());
    node.put("family", rule.family() == dev.weft.mesh.net.Family.IPV4 ? "ipv4" : "ipv6");
    node.put("from", prefixOrNull(rule.from()));
    node.put("to", prefixOrNull(rule.to()));
    node.put("iif", orNull(rule.iif()));
    node.put("fwmark", rule.mask() == 0 ? null : StateText.mark(rule.mark(), rule.mask()));
    node.put("not", rule.not());
    node.put(
        "tcpDport", rule.tcpDestinationPort() == 0 ? null : (Integer) rule.tcpDestinationPort());
    node.put("table", rule.table());
    return node;
  }

  private static void masquerade(MasqueradeRule rule, ArrayNode into) {
    for (var source : rule.source()) {
      var node = into.addObject();
      node.put("source", source.toString());
      node.set("except", prefixes(rule.except()));
      node.set(
          "destination",
          rule.destination().isEmpty() ? JSON.nullNode() : prefixes(rule.destination()));
    }
  }

  private static ObjectNode problem(Problem problem) {
    var node = JSON.objectNode();
    node.put("severity", problem.severity().name().toLowerCase(java.util.Locale.ROOT));
    node.put("kind", problem.kind());
    node.put("name", problem.name());
    node.put("field", problem.field());
    node.put("reason", problem.reason());
    node.put("message", problem.message());
    return node;
  }

  private static ArrayNode prefixes(List<Prefix> prefixes) {
    var array = JSON.arrayNode();
    prefixes.forEach(p -> array.add(p.toString()));
    return array;
  }

  private static @org.jspecify.annotations.Nullable String prefixOrNull(Optional<Prefix> prefix) {
    return prefix.map(Prefix::toString).orElse(null);
  }

  private static @org.jspecify.annotations.Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
