package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.plan.gateway.GatewayPreference;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.problem.Quote;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a Node into a {@link NodeReading}; what can't be read is left out, and reported. */
final class NodeReader {
  private static final int LONGEST_KEEPALIVE = 65535;
  private static final int LONGEST_LABEL = 63;

  private final NodeInput node;
  private final WireGuardMeshSpec mesh;
  private final Optional<LocationEntry> entry;
  private final List<Prefix> nodeRanges;
  private final NodeAnnotations annotations;
  private final Problems problems;

  NodeReader(
      NodeInput node,
      WireGuardMeshSpec mesh,
      Optional<LocationEntry> entry,
      List<Prefix> nodeRanges,
      Problems problems) {
    this.node = node;
    this.mesh = mesh;
    this.entry = entry;
    this.nodeRanges = nodeRanges;
    this.problems = problems;
    this.annotations = new NodeAnnotations(node.annotations());
  }

  NodeReading read() {
    int port = listenPort();
    return new NodeReading(
        node,
        entry,
        location(),
        fitting(
            internalIPs(), Limits.INTERNAL_IPS, WireGuardNodeSpec::internalIPs, "status.addresses"),
        endpoints(port),
        publicKey(),
        port,
        fitting(
            prefixes("spec.podCIDRs", node.podCIDRs()),
            Limits.POD_CIDRS,
            WireGuardNodeSpec::podCIDRs,
            "spec.podCIDRs"),
        entryCIDRs(),
        locationCIDRs(),
        keepalive(),
        entry.map(e -> e.preference(node.labels(), preference())).orElseGet(this::preference),
        encapsulations(),
        problems);
  }

  private <T> List<T> fitting(
      List<T> values, int most, Function<WireGuardNodeSpec, List<String>> published, String field) {
    return Limits.fitting(
        values,
        most,
        v -> node.published().stream().anyMatch(p -> published.apply(p).contains(v.toString())),
        problems,
        field);
  }

  private String location() {
    var annotation = annotations.get("location", "location");
    if (entry.isPresent()) {
      annotation
          .filter(a -> !a.value().equals(entry.get().name()))
          .ifPresent(a -> warnOfEntry(a, entry.get()));
      return entry.get().name();
    }
    if (annotation.isPresent()) {
      var value = annotation.get().value();
      if (isLocation(value)) {
        return value;
      }
      error(
          annotation.get().field(),
          "InvalidLocation",
          "%s is not a location name of at most 63 letters, digits, '-', '_', '.'; the label %s is used"
              .formatted(Quote.of(value), mesh.locationLabel()));
    }
    var label = node.labels().getOrDefault(mesh.locationLabel(), "");
    return isLocation(label) ? label : "";
  }

  private void warnOfEntry(NodeAnnotations.Value annotation, LocationEntry stronger) {
    problems.warn(
        annotation.field(),
        "LocationDecidedByMesh",
        "%s has no effect: %s of the mesh selects this node; take the annotation off, or change the entry's nodeSelector"
            .formatted(Quote.of(annotation.value()), stronger.path()));
  }

  private static boolean isLocation(String text) {
    return text.length() <= LONGEST_LABEL
        && text.matches("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
  }

  private List<IpAddress> internalIPs() {
    var annotation = annotations.get("internal-ip", "force-internal-ip", "internal-ip");
    if (annotation.isPresent()) {
      var value = annotation.get();
      if (value.isOff()) {
        return List.of();
      }
      var addresses = new ArrayList<IpAddress>();
      for (var text : entries(value)) {
        int slash = text.indexOf('/');
        var address = slash < 0 ? text.strip() : text.substring(0, slash).strip();
        parse(value.field(), "InvalidInternalIP", address, IpAddress::parse)
            .filter(a -> isAllowed(a, value.field()))
            .ifPresent(addresses::add);
      }
      if (!addresses.isEmpty()) {
        return addresses.stream().distinct().toList();
      }
    }
    var addresses = new ArrayList<IpAddress>();
    var outside = new ArrayList<IpAddress>();
    for (var address : addresses()) {
      if (address.type().equals("InternalIP")) {
        parse("status.addresses", "InvalidInternalIP", address.address(), IpAddress::parse)
            .filter(a -> SpecialRanges.reserved(a).isEmpty())
            .ifPresent(
                a ->
                    (nodeRanges.stream().anyMatch(p -> p.contains(a)) ? addresses : outside)
                        .add(a));
      }
    }
    if (addresses.isEmpty() && !outside.isEmpty()) {
      warnOfOutside(outside);
    }
    return addresses.stream().distinct().toList();
  }

  /** As where nodes have public addresses alone: without a word, a label would have no effect. */
  private void warnOfOutside(List<IpAddress> outside) {
    var label = node.labels().getOrDefault(mesh.locationLabel(), "");
    problems.warn(
        "status.addresses",
        "InternalIPOutsideNodeCIDRs",
        "InternalIP %s is outside of what the mesh allows (%s), so this node is a location of its own%s; its packets to all other nodes are encrypted. If a network that you trust with plain text joins the nodes of its location at such addresses, add their range to spec.nodeCIDRs of the mesh"
            .formatted(
                outside.getFirst(),
                mesh.nodeCIDRs().isEmpty() ? "private ranges" : mesh.nodeCIDRs(),
                label.isEmpty()
                    ? ""
                    : " and its label " + mesh.locationLabel() + "=" + label + " has no effect"));
  }

  private List<NodeAddress> addresses() {
    return Limits.read(node.addresses(), problems, "status.addresses");
  }

  /** What an annotation lists, separated by commas; no more than is read. */
  private List<String> entries(NodeAnnotations.Value value) {
    var entries = List.of(value.value().split(",", Limits.READ + 1));
    return Limits.read(entries, problems, value.field()).stream().map(String::strip).toList();
  }

  private boolean isAllowed(IpAddress address, String field) {
    var reserved = SpecialRanges.reserved(address);
    if (reserved.isPresent()) {
      error(field, "InternalIPNotAllowed", address + " " + reserved.get());
      return false;
    }
    if (nodeRanges.stream().anyMatch(p -> p.contains(address))) {
      return true;
    }
    error(
        field,
        "InternalIPNotAllowed",
        "%s is outside of what the mesh allows (%s); add its range to spec.nodeCIDRs of the mesh"
            .formatted(address, mesh.nodeCIDRs().isEmpty() ? "private ranges" : mesh.nodeCIDRs()));
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
      for (var address : addresses()) {
        if (address.type().equals(type)) {
          parse("status.addresses", "InvalidAddress", address.address(), IpAddress::parse)
              .filter(a -> a.isGloballyRoutable() && SpecialRanges.reserved(a).isEmpty())
              .ifPresent(a -> endpoints.add(Endpoint.of(a, port)));
        }
      }
    }
    return Limits.fitting(
        endpoints.stream().distinct().toList(),
        Limits.ENDPOINTS,
        e ->
            node.published().stream()
                .flatMap(p -> p.devices().stream())
                .anyMatch(d -> d.endpoints().contains(e.toString())),
        problems,
        "status.addresses");
  }

  private Optional<Endpoint> endpoint(NodeAnnotations.Value value) {
    return parse(value.field(), "InvalidEndpoint", value.value(), EndpointRules::parse);
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
          "%s is not a port between 1 and 65535; the mesh's %d is used"
              .formatted(Quote.of(text), mesh.device().port()));
    }
    return mesh.device().port();
  }

  private Optional<PublicKey> publicKey() {
    int lane = DeviceId.DEFAULT.lane();
    var reported = node.report().stream().flatMap(r -> r.device(lane).stream()).findFirst();
    if (reported.isPresent()) {
      return key("NodeReport.spec.devices[0].publicKey", reported.get().publicKey());
    }
    // Agents write their reports again; a report that is missing says nothing about the key.
    var published = node.published().stream().flatMap(p -> p.device(lane).stream()).findFirst();
    if (published.isPresent()) {
      return key("WireGuardNode.spec.devices[0].publicKey", published.get().publicKey());
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

  private List<Prefix> entryCIDRs() {
    return entry.map(LocationEntry::locationCIDRs).orElse(List.of());
  }

  private List<Prefix> locationCIDRs() {
    var annotation = annotations.locationCIDRs();
    if (annotation.isEmpty() || annotation.get().value().isEmpty()) {
      return List.of();
    }
    var field = annotation.get().field();
    var texts = entries(annotation.get());
    var read = annotation.get().isKilo() ? kiloPrefixes(field, texts) : prefixes(field, texts);
    return fitting(
        read.stream().filter(p -> !entryCIDRs().contains(p)).toList(),
        Limits.LOCATION_CIDRS - entryCIDRs().size(),
        WireGuardNodeSpec::locationCIDRs,
        field);
  }

  /** Kilo clears host bits, and passes over what has no mask. */
  private List<Prefix> kiloPrefixes(String field, List<String> texts) {
    var prefixes = new ArrayList<Prefix>();
    for (var text : texts) {
      if (text.indexOf('/') < 0) {
        error(
            field, "InvalidPrefix", Quote.of(text) + " has no prefix length; left out, as in Kilo");
        continue;
      }
      var read = parse(field, "InvalidPrefix", text, Prefix::parseMasked);
      read.filter(p -> !p.toString().equals(text))
          .ifPresent(
              p ->
                  problems.warn(
                      field,
                      "HostBits",
                      "%s has host bits set; read as %s, as in Kilo".formatted(Quote.of(text), p)));
      read.ifPresent(prefixes::add);
    }
    return prefixes.stream().distinct().toList();
  }

  private List<Prefix> prefixes(String field, List<String> texts) {
    var prefixes = new ArrayList<Prefix>();
    for (var text : Limits.read(texts, problems, field)) {
      parse(field, "InvalidPrefix", text, Prefix::parse).ifPresent(prefixes::add);
    }
    return prefixes.stream().distinct().toList();
  }

  private Optional<Integer> keepalive() {
    var annotation = annotations.get("persistent-keepalive", "persistent-keepalive");
    if (annotation.isEmpty()) {
      return Optional.empty();
    }
    var text = annotation.get().value();
    try {
      int seconds = Durations.seconds(text.matches("[0-9]{1,5}") ? text + "s" : text);
      if (seconds <= LONGEST_KEEPALIVE) {
        return Optional.of(seconds);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    error(
        annotation.get().field(),
        "InvalidDuration",
        "%s is not a duration of at most 65535s; write it as 25s or 1m30s"
            .formatted(Quote.of(text)));
    return Optional.empty();
  }

  private List<EncapsulationProtocol> encapsulations() {
    if (node.report().isEmpty()) {
      return node.published().stream().flatMap(p -> p.encapsulations().stream()).toList();
    }
    return node.report().stream()
        .flatMap(r -> Stream.ofNullable(r.facts()))
        .flatMap(f -> f.encapsulations().stream())
        .filter(p -> p != EncapsulationProtocol.AUTO)
        .distinct()
        .sorted()
        .toList();
  }

  private GatewayPreference preference() {
    return new RoleAnnotations(annotations).preference(problems);
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
    problems.error(field, reason, message);
  }
}
