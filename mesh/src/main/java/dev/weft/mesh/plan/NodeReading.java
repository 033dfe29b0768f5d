package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.plan.gateway.GatewayPreference;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a Node claims, read from its labels, annotations, addresses and report; not yet compared
 * with what others claim.
 *
 * @param input the node
 * @param location where it says it is; empty: nowhere in particular
 * @param internalIPs inside the ranges that the mesh allows
 * @param endpoints candidates that other locations may use, best first
 * @param publicKey of lane 0; empty: none known, or malformed
 * @param listenPort UDP port
 * @param podCIDRs well-formed ones
 * @param locationCIDRs well-formed ones
 * @param keepalive duration text; empty: none
 * @param preference as a gateway
 * @param encapsulations tunnels that its kernel can make; empty: not told
 * @param problems what could not be read
 */
record NodeReading(
    NodeInput input,
    String location,
    List<IpAddress> internalIPs,
    List<Endpoint> endpoints,
    Optional<PublicKey> publicKey,
    int listenPort,
    List<Prefix> podCIDRs,
    List<Prefix> locationCIDRs,
    String keepalive,
    GatewayPreference preference,
    List<EncapsulationProtocol> encapsulations,
    List<Problem> problems) {

  static NodeReading read(NodeInput node, WireGuardMeshSpec mesh, List<Prefix> nodeRanges) {
    return new Reader(node, mesh, nodeRanges).read();
  }

  private static final class Reader {
    private final NodeInput node;
    private final WireGuardMeshSpec mesh;
    private final List<Prefix> nodeRanges;
    private final NodeAnnotations annotations;
    private final List<Problem> problems = new ArrayList<>();

    Reader(NodeInput node, WireGuardMeshSpec mesh, List<Prefix> nodeRanges) {
      this.node = node;
      this.mesh = mesh;
      this.nodeRanges = nodeRanges;
      this.annotations = new NodeAnnotations(node.annotations());
    }

    NodeReading read() {
      int port = listenPort();
      var endpoints = endpoints(port);
      return new NodeReading(
          node,
          location(),
          internalIPs(),
          endpoints,
          publicKey(),
          port,
          prefixes("spec.podCIDRs", node.podCIDRs()),
          locationCIDRs(),
          keepalive(!endpoints.isEmpty()),
          preference(),
          encapsulations(),
          problems);
    }

    private String location() {
      var annotation = annotations.get("location", "location");
      if (annotation.isPresent()) {
        var value = annotation.get().value();
        if (value.matches("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")) {
          return value;
        }
        error(
            annotation.get().field(),
            "InvalidLocation",
            "'%s' is not a location name of at most 63 letters, digits, '-', '_', '.'; the label %s is used"
                .formatted(value, mesh.locationLabel()));
      }
      return node.labels().getOrDefault(mesh.locationLabel(), "");
    }

    private List<IpAddress> internalIPs() {
      var annotation = annotations.get("internal-ip", "force-internal-ip", "internal-ip");
      if (annotation.isPresent()) {
        var value = annotation.get();
        if (value.value().equals("-")) {
          return List.of();
        }
        var addresses = new ArrayList<IpAddress>();
        for (var text : value.value().split(",", -1)) {
          int slash = text.indexOf('/');
          var address = slash < 0 ? text.strip() : text.substring(0, slash).strip();
          parse(value.field(), "InvalidInternalIP", address, IpAddress::parse)
              .filter(a -> isAllowed(a, value.field()))
              .ifPresent(addresses::add);
        }
        if (!addresses.isEmpty()) {
          return addresses;
        }
      }
      var addresses = new ArrayList<IpAddress>();
      for (var address : node.addresses()) {
        if (address.type().equals("InternalIP")) {
          parse("status.addresses", "InvalidInternalIP", address.address(), IpAddress::parse)
              .filter(a -> nodeRanges.stream().anyMatch(p -> p.contains(a)))
              .ifPresent(addresses::add);
        }
      }
      return addresses.stream().distinct().toList();
    }

    private boolean isAllowed(IpAddress address, String field) {
      if (nodeRanges.stream().anyMatch(p -> p.contains(address))) {
        return true;
      }
      error(
          field,
          "InternalIPNotAllowed",
          "%s is outside of what the mesh allows (%s); add its range to spec.nodeCIDRs of the mesh"
              .formatted(
                  address, mesh.nodeCIDRs().isEmpty() ? "private ranges" : mesh.nodeCIDRs()));
      return false;
    }

    private List<Endpoint> endpoints(int port) {
      // What a person wrote counts as written; what Kilo's agent found, which may be an internal
      // address, counts as what a Node's status says.
      var said = annotations.get("endpoint", "force-endpoint").flatMap(this::endpoint);
      var known =
          said.or(
              () ->
                  annotations
                      .kilo("endpoint")
                      .flatMap(this::endpoint)
                      .filter(e -> e.address().map(IpAddress::isGloballyRoutable).orElse(true)));
      if (known.isPresent()) {
        return List.of(known.get());
      }
      var endpoints = new ArrayList<Endpoint>();
      for (var type : List.of("ExternalIP", "InternalIP")) {
        for (var address : node.addresses()) {
          if (address.type().equals(type)) {
            parse("status.addresses", "InvalidAddress", address.address(), IpAddress::parse)
                .filter(IpAddress::isGloballyRoutable)
                .ifPresent(a -> endpoints.add(Endpoint.of(a, port)));
          }
        }
      }
      return endpoints.stream().distinct().toList();
    }

    private Optional<Endpoint> endpoint(NodeAnnotations.Value value) {
      return parse(value.field(), "InvalidEndpoint", value.value(), Endpoint::parse);
    }

    private int listenPort() {
      var annotation = annotations.get("listen-port");
      if (annotation.isPresent()) {
        var text = annotation.get().value();
        if (text.matches("[0-9]{1,5}")
            && Integer.parseInt(text) >= 1
            && Integer.parseInt(text) <= 65535) {
          return Integer.parseInt(text);
        }
        error(
            annotation.get().field(),
            "InvalidPort",
            "'%s' is not a port between 1 and 65535; the mesh's %d is used"
                .formatted(text, mesh.device().port()));
      }
      return mesh.device().port();
    }

    private Optional<PublicKey> publicKey() {
      for (var report : node.report()) {
        for (var device : report.devices()) {
          if (device.lane() == 0) {
            return key("NodeReport.spec.devices[0].publicKey", device.publicKey());
          }
        }
      }
      var kilo = annotations.get("key", "key");
      if (kilo.isPresent() && kilo.get().field().contains(NodeAnnotations.KILO)) {
        return key(kilo.get().field(), kilo.get().value());
      }
      error(
          "NodeReport.spec.devices",
          "NoKey",
          "no public key is known yet; the node is left out until its agent has reported one");
      return Optional.empty();
    }

    private Optional<PublicKey> key(String field, String text) {
      return parse(field, "InvalidKey", text, PublicKey::new);
    }

    private List<Prefix> locationCIDRs() {
      var annotation = annotations.get("location-cidrs", "allowed-location-ips");
      if (annotation.isEmpty() || annotation.get().value().isEmpty()) {
        return List.of();
      }
      var texts =
          List.of(annotation.get().value().split(",", -1)).stream().map(String::strip).toList();
      return prefixes(annotation.get().field(), texts);
    }

    private List<Prefix> prefixes(String field, List<String> texts) {
      var prefixes = new ArrayList<Prefix>();
      for (var text : texts) {
        parse(field, "InvalidPrefix", text, Prefix::parse).ifPresent(prefixes::add);
      }
      return prefixes.stream().distinct().toList();
    }

    private String keepalive(boolean hasEndpoint) {
      var annotation = annotations.get("persistent-keepalive", "persistent-keepalive");
      if (annotation.isPresent()) {
        var text = annotation.get().value();
        var duration = text.matches("[0-9]{1,5}") ? text + "s" : text;
        try {
          int seconds = Durations.seconds(duration);
          if (seconds <= 65535) {
            return seconds == 0 ? "" : seconds + "s";
          }
          error(annotation.get().field(), "InvalidDuration", "'" + text + "' is more than 65535s");
        } catch (IllegalArgumentException e) {
          error(annotation.get().field(), "InvalidDuration", String.valueOf(e.getMessage()));
        }
      }
      return hasEndpoint || mesh.persistentKeepalive().equals("0s")
          ? ""
          : mesh.persistentKeepalive();
    }

    private List<EncapsulationProtocol> encapsulations() {
      return node.report().stream()
          .flatMap(r -> Stream.ofNullable(r.facts()))
          .flatMap(f -> f.encapsulations().stream())
          .filter(p -> p != EncapsulationProtocol.AUTO)
          .distinct()
          .sorted()
          .toList();
    }

    private GatewayPreference preference() {
      var annotation = annotations.get("gateway", "leader");
      if (annotation.isEmpty()) {
        return GatewayPreference.NEUTRAL;
      }
      boolean kilo = annotation.get().field().contains(NodeAnnotations.KILO);
      return switch (annotation.get().value()) {
        case "true" -> GatewayPreference.PREFERRED;
        case "false" -> kilo ? GatewayPreference.NEUTRAL : GatewayPreference.NEVER;
        default -> {
          if (kilo) {
            yield GatewayPreference.PREFERRED; // Kilo looks at its presence alone
          }
          error(
              annotation.get().field(),
              "InvalidValue",
              "'%s' is neither true nor false; taken for absent"
                  .formatted(annotation.get().value()));
          yield GatewayPreference.NEUTRAL;
        }
      };
    }

    private <T> Optional<T> parse(
        String field, String reason, String text, Function<String, T> parser) {
      try {
        return Optional.of(parser.apply(text));
      } catch (IllegalArgumentException e) {
        error(field, reason, e.getMessage() + "; left out");
        return Optional.empty();
      }
    }

    private void error(String field, String reason, String message) {
      problems.add(Problem.error("Node", node.name(), field, reason, message));
    }
  }

  /** The ranges that internal IPs may come from. */
  static List<Prefix> nodeRanges(WireGuardMeshSpec mesh) {
    return mesh.nodeCIDRs().isEmpty()
        ? SpecialRanges.PRIVATE
        : mesh.nodeCIDRs().stream().map(Prefix::parse).toList();
  }
}
