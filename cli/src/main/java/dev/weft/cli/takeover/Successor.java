package dev.weft.cli.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.manifest.KiloPeer;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of a Kilo cluster: the mesh, its Peers, and annotations that nodes need of their
 * own.
 *
 * <p>Until all is done the mesh holds the nodes with the label {@link #LABEL} alone, has another
 * port and other addresses, and leaves pods, their CNI configuration and MASQUERADE to Kilo. Peers
 * are disabled, for a client has one tunnel: it is moved when its owner has the new configuration.
 *
 * @param mesh the WireGuardMesh
 * @param peers Peers, disabled
 * @param annotations by node; where Kilo's would lead to Kilo's port
 * @param notes what can't be carried, or needs somebody's eye
 */
record Successor(
    ObjectNode mesh,
    List<ObjectNode> peers,
    Map<String, Map<String, String>> annotations,
    List<String> notes) {
  /** Nodes that have been moved. */
  static final String LABEL = "weft.dev/takeover";

  static final String NAME = "weft";

  Successor {
    peers = List.copyOf(peers);
    annotations = Map.copyOf(annotations);
    notes = List.copyOf(notes);
  }

  /**
   * Plans.
   *
   * @param podCIDRs the cluster's range of pods; empty: what holds the nodes' ranges
   * @param serviceCIDRs empty: what kg was given
   */
  static Successor of(KiloCluster kilo, List<String> podCIDRs, List<String> serviceCIDRs) {
    var settings = KiloSettings.of(kilo.arguments());
    var notes = new ArrayList<String>();
    var pods = podCIDRs.isEmpty() ? common(kilo.nodes()) : podCIDRs;
    if (podCIDRs.isEmpty()) {
      notes.add(
          "spec.podCIDRs is %s, which holds the nodes' ranges of now; if the cluster's is wider, say it with --pod-cidr"
              .formatted(pods));
    }
    var services = serviceCIDRs.isEmpty() ? settings.serviceCIDRs() : serviceCIDRs;
    if (services.isEmpty()) {
      notes.add("no service range is known; say it with --service-cidr");
    }
    int port = settings.port() == 51821 ? 51820 : 51821;
    notes.add(
        "let UDP %d in wherever UDP %d is let in now; both run side by side"
            .formatted(port, settings.port()));
    var mesh = mesh(settings, pods, services, port, addresses(kilo, settings, pods, services));
    if (mesh.path("spec") instanceof ObjectNode spec) {
      AllowedRanges.write(spec, kilo, notes);
    }
    if (settings.attachesPods()) {
      notes.add(
          "pods stay on Kilo's bridge and CNI configuration, also when Kilo is gone; to have Weft attach them, set spec.cni.enabled and drain node after node");
    }
    if (!settings.mtu().isEmpty() && !settings.mtu().matches("auto|1420")) {
      notes.add(
          "kg's --mtu %s is not carried: Weft finds it out by path".formatted(settings.mtu()));
    }
    var peers = kilo.peers().stream().map(p -> peer(p, notes)).toList();
    Map<String, Map<String, String>> annotations = new LinkedHashMap<>();
    for (var node : kilo.nodes()) {
      var own = endpoint(node, port, notes);
      if (!own.isEmpty()) {
        annotations.put(node.at("/metadata/name").asText(), own);
      }
    }
    return new Successor(mesh, peers, annotations, notes);
  }

  private static ObjectNode mesh(
      KiloSettings settings, List<String> pods, List<String> services, int port, String addresses) {
    var mesh = JsonNodeFactory.instance.objectNode();
    mesh.put("apiVersion", "weft.dev/v1alpha1").put("kind", "WireGuardMesh");
    mesh.putObject("metadata").put("name", NAME);
    var spec = mesh.putObject("spec");
    spec.put(
        "granularity",
        switch (settings.granularity()) {
          case "full" -> "Full";
          case "cross" -> "Cross";
          default -> "Location";
        });
    spec.putObject("nodeSelector").putObject("matchLabels").put(LABEL, "moved");
    spec.put("locationLabel", settings.topologyLabel());
    spec.putArray("addresses").add(addresses);
    pods.forEach(spec.putArray("podCIDRs")::add);
    services.forEach(spec.putArray("serviceCIDRs")::add);
    spec.putObject("device").put("port", port);
    spec.putObject("encapsulation")
        .put(
            "protocol",
            "VXLAN") // of IPIP packets the kernel asks one link alone, and that is Kilo's
        .put(
            "mode",
            switch (settings.encapsulate()) {
              case "never" -> "Never";
              case "crosssubnet" -> "CrossSubnet";
              default -> "Always";
            });
    spec.putObject("cni").put("enabled", false);
    spec.put("masquerade", "Disabled");
    switch (settings.compatibility()) {
      case "flannel", "cilium" -> spec.put("podNetwork", "External");
      default -> spec.put("podNetwork", "Weft");
    }
    return mesh;
  }

  /** The first 10.X.0.0/16 that meets nothing that is known. */
  private static String addresses(
      KiloCluster kilo, KiloSettings settings, List<String> pods, List<String> services) {
    var taken = new ArrayList<Prefix>();
    Stream.of(
            Stream.of(settings.subnet()),
            pods.stream(),
            services.stream(),
            kilo.nodes().stream()
                .flatMap(n -> n.at("/status/addresses").findValuesAsText("address").stream()),
            kilo.peers().stream()
                .flatMap(
                    p -> {
                      var all = new ArrayList<String>();
                      p.at("/spec/allowedIPs").forEach(a -> all.add(a.asText()));
                      return all.stream();
                    }))
        .flatMap(s -> s)
        .flatMap(text -> parsed(text).stream())
        .forEach(taken::add);
    for (int i = 7; i < 256; i++) {
      var candidate = Prefix.parse("10.%d.0.0/16".formatted(i));
      if (taken.stream().noneMatch(t -> t.overlaps(candidate))) {
        return candidate.toString();
      }
    }
    throw new dev.weft.cli.InputException("no 10.X.0.0/16 is free for the mesh's addresses");
  }

  private static Optional<Prefix> parsed(String text) {
    try {
      return Optional.of(Prefix.parseMasked(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a host name among a Node's addresses
    }
  }

  /** The narrowest prefix of each family that holds all nodes' pods. */
  private static List<String> common(List<JsonNode> nodes) {
    Map<Family, Prefix> found = new LinkedHashMap<>();
    for (var node : nodes) {
      var ranges = new ArrayList<String>();
      node.at("/spec/podCIDRs").forEach(r -> ranges.add(r.asText()));
      if (ranges.isEmpty()) {
        ranges.add(node.at("/spec/podCIDR").asText());
      }
      ranges.stream()
          .flatMap(r -> parsed(r).stream())
          .forEach(r -> found.merge(r.family(), r, Successor::both));
    }
    return found.values().stream().map(Prefix::toString).toList();
  }

  private static Prefix both(Prefix one, Prefix other) {
    var wide = one;
    while (!wide.contains(other)) {
      wide = Prefix.of(wide.address(), wide.length() - 1);
    }
    return wide;
  }

  private static ObjectNode peer(JsonNode kilo, List<String> notes) {
    var name = kilo.at("/metadata/name").asText();
    var peer = JsonNodeFactory.instance.objectNode();
    peer.put("apiVersion", "weft.dev/v1alpha1").put("kind", "Peer");
    peer.putObject("metadata").put("name", name);
    peer.set("spec", KiloPeer.toWeft(kilo).path("spec"));
    if (peer.path("spec") instanceof ObjectNode spec) {
      spec.put("disabled", true);
      if (spec.has("presharedKeySecretRef")) {
        notes.add(
            "Peer %s: its preshared key goes from the object into Secret %s of the agents' namespace"
                .formatted(name, spec.at("/presharedKeySecretRef/name").asText()));
      }
    }
    return peer;
  }

  /** Kilo's endpoint with Weft's port, where Kilo says one. */
  private static Map<String, String> endpoint(JsonNode node, int port, List<String> notes) {
    var annotations = node.at("/metadata/annotations");
    var forced = annotations.path(KiloCluster.ANNOTATION + "force-endpoint").asText();
    var text =
        forced.isEmpty() ? annotations.path(KiloCluster.ANNOTATION + "endpoint").asText() : forced;
    if (text.isEmpty()) {
      return Map.of();
    }
    try {
      var endpoint = Endpoint.parse(text);
      if (!forced.isEmpty()) {
        notes.add(
            "Node %s: it is called at %s:%d; where a router forwards only port %d to it, let it forward %d as well"
                .formatted(
                    node.at("/metadata/name").asText(),
                    endpoint.host(),
                    port,
                    endpoint.port(),
                    port));
      }
      boolean isPrivate = !endpoint.address().map(IpAddress::isGloballyRoutable).orElse(true);
      if (isPrivate) {
        notes.add(
            "Node %s: Kilo's %s %s is no address of the internet; %s"
                .formatted(
                    node.at("/metadata/name").asText(),
                    forced.isEmpty() ? "endpoint" : "force-endpoint",
                    endpoint.host(),
                    forced.isEmpty()
                        ? "without one, it calls the others, as behind NAT; if others can call it, set weft.dev/endpoint"
                        : "it is kept, and nodes that can't reach it there have no tunnel unless it calls them; set weft.dev/endpoint to a public one if it has one"));
      }
      var own = new Endpoint(endpoint.host(), port).toString();
      var there = annotations.path("weft.dev/endpoint").asText();
      boolean isSomebodys = !there.isEmpty() && !there.equals(own);
      return (isPrivate && forced.isEmpty()) || isSomebodys
          ? Map.of()
          : Map.of("weft.dev/endpoint", own);
    } catch (IllegalArgumentException e) {
      notes.add(
          "Node %s: Kilo's endpoint '%s' is none and is passed over"
              .formatted(node.at("/metadata/name").asText(), text));
      return Map.of();
    }
  }

  /** Kilo's annotations in Weft's words, for the time when Kilo's are gone. */
  static Map<String, String> ownAnnotations(JsonNode node) {
    var kilo = node.at("/metadata/annotations");
    var own = new LinkedHashMap<String, String>();
    copy(kilo, "location", own, "location");
    copy(kilo, "force-internal-ip", own, "internal-ip");
    if (kilo.has(KiloCluster.ANNOTATION + "force-internal-ip")) {
      own.putIfAbsent("weft.dev/internal-ip", "-"); // nothing switches it off in Kilo
    }
    var behind = locationCIDRs(kilo);
    if (!behind.isEmpty()) {
      own.put("weft.dev/location-cidrs", behind);
    }
    copy(kilo, "persistent-keepalive", own, "persistent-keepalive");
    if (kilo.has(KiloCluster.ANNOTATION + "leader")) {
      own.put("weft.dev/gateway", "true");
    }
    own.keySet().removeIf(kilo::has);
    return own;
  }

  /** Kilo clears host bits and passes over what has no mask; Weft's own annotation has neither. */
  private static String locationCIDRs(JsonNode annotations) {
    var texts = annotations.path(KiloCluster.ANNOTATION + "allowed-location-ips").asText();
    return Stream.of(texts.split(",", -1))
        .map(String::strip)
        .filter(text -> text.indexOf('/') >= 0)
        .flatMap(text -> parsed(text).stream())
        .map(Prefix::toString)
        .distinct()
        .collect(Collectors.joining(","));
  }

  private static void copy(JsonNode kilo, String name, Map<String, String> own, String as) {
    var value = kilo.path(KiloCluster.ANNOTATION + name).asText();
    if (!value.isEmpty()) {
      own.put("weft.dev/" + as, value);
    }
  }

  /** A list for a sentence. */
  static String joined(List<String> names) {
    return names.stream().collect(Collectors.joining(", "));
  }
}
