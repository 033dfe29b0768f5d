package dev.weft.cli.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a WireGuardMesh becomes: it means what it meant, as far as that can be written. */
final class MeshConversion {
  private static final int MOST_RANGES = 64;

  private final ObjectNode mesh;
  private final ObjectNode spec;
  private final String name;
  private final Notes notes;

  /** Changes the mesh, whose spec is an object. */
  MeshConversion(ObjectNode mesh, Notes notes) {
    this.mesh = mesh;
    this.spec = mesh.withObject("/spec");
    this.name = Conversion.name(mesh);
    this.notes = notes;
  }

  /**
   * Converts.
   *
   * @param peers those of this mesh that are known
   * @param nodes the cluster's; empty: they are not known
   */
  void convert(List<JsonNode> peers, List<JsonNode> nodes) {
    podNetwork();
    addresses();
    deviceName();
    gateways();
    host();
    peerCIDRs(peers);
    if (nodes.isEmpty()) {
      withoutNodes();
    } else {
      new LocationEntries(spec, name, notes).write(nodes);
      podCIDRs(nodes);
    }
  }

  /** ADR 119. The new field takes the old one's place among the others. */
  private void podNetwork() {
    var overlay = spec.path("overlay").asText("");
    var said = spec.path("podNetwork").asText("");
    boolean external = !overlay.isEmpty() && !overlay.equals("None");
    if (!overlay.isEmpty()) {
      var owner = !said.isEmpty() ? said : external ? "External" : "Weft";
      var before = spec.deepCopy();
      spec.removeAll();
      before
          .properties()
          .forEach(
              e -> {
                if (e.getKey().equals("overlay")) {
                  spec.put("podNetwork", owner);
                } else if (!e.getKey().equals("podNetwork")) {
                  spec.set(e.getKey(), e.getValue());
                }
              });
      if (external && said.equals("Weft")) {
        notes.decide(
            name,
            "spec.overlay is %s and spec.podNetwork Weft, which the API refuses: podNetwork is External if that CNI attaches the pods"
                .formatted(overlay));
      } else if (external && said.isEmpty()) {
        notes.decide(
            name,
            "spec.overlay: %s is now spec.podNetwork: External; apply it when the CRDs, the operator and all agents are of the new version, which alone knows the field"
                .formatted(overlay));
      }
    }
    boolean writes = spec.at("/cni/enabled").asBoolean(true);
    if (!writes && !spec.path("podNetwork").asText().equals("External")) {
      notes.decide(
          name,
          "spec.cni.enabled is false: Weft goes on routing to pods of a node's own location; if another CNI carries their packets, write podNetwork: External instead");
    }
  }

  /** ADR 112. A mesh that was made without the field has the default that there was. */
  private void addresses() {
    if (spec.path("addresses").isEmpty()) {
      spec.putArray("addresses").add("10.4.0.0/16");
      notes.decide(
          name,
          "spec.addresses is required now; 10.4.0.0/16 is what the mesh got without it: compare with kubectl get wgm %s -o jsonpath={.spec.addresses}, or choose another range for a mesh that is not there yet"
              .formatted(mesh.at("/metadata/name").asText()));
    }
  }

  private void deviceName() {
    var device = spec.at("/device/name").asText();
    if (device.matches("weft(br|vx|ip|ex)[0-9].*")) {
      notes.decide(
          name, "spec.device.name " + device + " is a name of Weft's other links: choose another");
    }
  }

  private void gateways() {
    int wanted = spec.path("gatewaysPerLocation").asInt(1);
    if (wanted > 1) {
      notes.decide(
          name,
          "spec.gatewaysPerLocation is %d, which had no effect until now: write 1 before the upgrade, and %d again when all agents run the new version and their nodes let UDP in at %d ports from the mesh's on"
              .formatted(wanted, wanted, wanted));
    }
  }

  private void host() {
    var host = spec.at("/apiServer/host").asText();
    PeerConversion.unreachable(host)
        .ifPresent(why -> notes.decide(name, "spec.apiServer.host " + host + " " + why));
    if (spec.path("apiServer") instanceof ObjectNode server && !server.has("port")) {
      server.put("port", 443);
      notes.info(name, "spec.apiServer.port is 443, the default until now; it is 6443 now");
    }
  }

  /** ADR 76. Peers keep what they have. */
  private void peerCIDRs(List<JsonNode> peers) {
    var allowed = ranges(spec.path("peerCIDRs"));
    if (allowed.isEmpty()) {
      allowed.addAll(SpecialRanges.PRIVATE);
    }
    allowed.addAll(ranges(spec.path("addresses")));
    var missing = new ArrayList<Prefix>();
    for (var peer : peers) {
      ranges(peer.at("/spec/allowedIPs")).stream()
          .filter(p -> p.length() > 0 && allowed.stream().noneMatch(a -> a.contains(p)))
          .forEach(missing::add);
    }
    if (missing.isEmpty()) {
      return;
    }
    var list = spec.withArray("/peerCIDRs");
    if (list.isEmpty()) {
      WireGuardMeshSpec.DEFAULT.peerCIDRs().forEach(list::add);
    }
    var added = Aggregation.of(missing).stream().map(Prefix::toString).toList();
    added.forEach(list::add);
    notes.info(
        name,
        "spec.peerCIDRs has %s besides what every mesh allows, because Peers have them; take out what no Peer is to have"
            .formatted(String.join(", ", added)));
    if (list.size() > MOST_RANGES) {
      notes.decide(name, "spec.peerCIDRs takes %d ranges: join some".formatted(MOST_RANGES));
    }
  }

  private void withoutNodes() {
    if (spec.path("allowedLocationCIDRs").isEmpty() && spec.path("locations").isEmpty()) {
      notes.decide(
          name,
          "an empty spec.allowedLocationCIDRs allows no location CIDRs now (before: any); if a Node has the annotation weft.dev/location-cidrs, give the Nodes as well: kubectl get nodes -o yaml | kubectl weft convert -f FILE -f -");
    }
  }

  private void podCIDRs(List<JsonNode> nodes) {
    var named = ranges(spec.path("podCIDRs"));
    var allowed = named.isEmpty() ? SpecialRanges.PRIVATE : named;
    Set<String> outside =
        nodes.stream()
            .flatMap(n -> ranges(n.at("/spec/podCIDRs")).stream())
            .filter(p -> allowed.stream().noneMatch(a -> a.contains(p)))
            .map(Prefix::toString)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!outside.isEmpty()) {
      notes.decide(
          name,
          "spec.podCIDRs (%s) does not hold %s of Nodes, which get no route then: make it wider"
              .formatted(
                  named.isEmpty() ? "empty: private ranges" : "as it is",
                  String.join(", ", outside)));
    }
  }

  /** The prefixes of a list; what is none, the API server refuses by itself. */
  static List<Prefix> ranges(JsonNode list) {
    var found = new ArrayList<Prefix>();
    list.forEach(text -> range(text.asText()).ifPresent(found::add));
    return found;
  }

  private static Optional<Prefix> range(String text) {
    try {
      return Optional.of(Prefix.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
