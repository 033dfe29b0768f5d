package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.cluster.PodState;
import dev.weft.mesh.cluster.PolicyState;
import dev.weft.mesh.cluster.Selector;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.snapshot.ApiServerAddresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads pods, NetworkPolicies and namespaces as the API server wrote them; what of them is
 * malformed is passed over.
 */
final class SurroundingsReader {
  private final List<PodState> pods = new ArrayList<>();
  private final List<PolicyState> policies = new ArrayList<>();
  private final List<String> apiServers = new ArrayList<>();
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();

  void add(String group, ManifestObject object) {
    switch (group + " " + object.kind()) {
      case "v1 Pod" -> {
        if (!isOver(object)) {
          pods.add(pod(object));
        }
      }
      case "v1 Namespace" -> namespaces.put(object.name(), object.strings("labels"));
      case "networking.k8s.io NetworkPolicy" -> policies.add(policy(object));
      case "discovery.k8s.io EndpointSlice" -> {
        if (isOfApiServer(object)) {
          object
              .json()
              .path("endpoints")
              .forEach(e -> e.path("addresses").forEach(a -> apiServers.add(a.asText())));
        }
      }
      default -> {
        return;
      }
    }
  }

  /** As the operator selects them. */
  private static boolean isOfApiServer(ManifestObject object) {
    return object.json().at("/metadata/namespace").asText().equals(ApiServerAddresses.NAMESPACE)
        && object.name().equals(ApiServerAddresses.SLICE);
  }

  /** Addresses of the API server, which no object may claim. */
  List<IpAddress> apiServers() {
    return ApiServerAddresses.of(apiServers.stream());
  }

  List<PodState> pods() {
    return pods;
  }

  List<PolicyState> policies() {
    return policies;
  }

  Map<String, Map<String, String>> namespaces() {
    return namespaces;
  }

  /** It has no address any more, though its status names the last one. */
  private static boolean isOver(ManifestObject object) {
    var phase = object.json().at("/status/phase").asText();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private static PodState pod(ManifestObject object) {
    var addresses = new ArrayList<IpAddress>();
    object
        .json()
        .at("/status/podIPs")
        .forEach(a -> parsed(a.path("ip").asText(), IpAddress::parse).forEach(addresses::add));
    return new PodState(
        object.json().at("/metadata/namespace").asText(),
        object.name(),
        object.json().at("/spec/nodeName").asText(),
        addresses,
        object.json().at("/spec/hostNetwork").asBoolean(),
        object.strings("labels"));
  }

  private static PolicyState policy(ManifestObject object) {
    var spec = object.json().path("spec");
    var types = stream(spec.path("policyTypes")).map(JsonNode::asText).toList();
    // networking.k8s.io/v1: without policyTypes it speaks of ingress, and of egress if it has such
    // rules
    boolean egress = types.isEmpty() ? spec.has("egress") : types.contains("Egress");
    return new PolicyState(
        object.json().at("/metadata/namespace").asText(),
        object.name(),
        selector(spec.path("podSelector")),
        types.isEmpty() || types.contains("Ingress"),
        rules(spec.path("ingress"), "from"),
        egress,
        rules(spec.path("egress"), "to"));
  }

  private static List<PolicyState.Rule> rules(JsonNode rules, String field) {
    return stream(rules)
        .map(
            r -> new PolicyState.Rule(stream(r.path(field)).map(SurroundingsReader::side).toList()))
        .toList();
  }

  private static PolicyState.Side side(JsonNode side) {
    var block = side.path("ipBlock");
    return new PolicyState.Side(
        parsed(block.path("cidr").asText(), Prefix::parseMasked).toList(),
        stream(block.path("except")).flatMap(e -> parsed(e.asText(), Prefix::parseMasked)).toList(),
        side.has("namespaceSelector")
            ? List.of(selector(side.path("namespaceSelector")))
            : List.of(),
        side.has("podSelector") ? List.of(selector(side.path("podSelector"))) : List.of());
  }

  private static Selector selector(JsonNode selector) {
    var labels = new HashMap<String, String>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return new Selector(
        labels,
        stream(selector.path("matchExpressions"))
            .map(
                e ->
                    new Selector.Requirement(
                        e.path("key").asText(),
                        e.path("operator").asText(),
                        stream(e.path("values")).map(JsonNode::asText).toList()))
            .toList());
  }

  private static <T> Stream<T> parsed(String text, Function<String, T> parse) {
    try {
      return text.isEmpty() ? Stream.empty() : Stream.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
