package dev.weft.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A Service as an end of a path. No packet of the mesh has its address: the caller's node rewrites
 * it to that of an endpoint before routing, and it is the way there that can be explained. Pure.
 *
 * @param name namespace and name
 * @param address of the Service, or the name by which it was asked for
 * @param endpoints addresses of its ready endpoints
 */
record ServiceEnd(String name, String address, List<String> endpoints) {
  private static final String PREFIX = "service/";

  ServiceEnd {
    endpoints = List.copyOf(endpoints);
  }

  /** Whether a text can be a Service: {@code service/NAMESPACE/NAME}, or an address. */
  static boolean isCandidate(String text) {
    return text.startsWith(PREFIX)
        || text.matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  }

  /**
   * The Service that a text means; empty: it means none.
   *
   * @param objects Services and EndpointSlices
   * @throws InputException if a Service is asked for by a name that none has
   */
  static Optional<ServiceEnd> of(String text, List<JsonNode> objects) {
    var service =
        objects.stream()
            .filter(o -> o.path("kind").asText().equals("Service"))
            .filter(s -> (PREFIX + name(s)).equals(text) || addresses(s).anyMatch(text::equals))
            .findFirst();
    if (service.isEmpty() && text.startsWith(PREFIX)) {
      throw new InputException(
          "there is no Service '%s'; write service/NAMESPACE/NAME"
              .formatted(text.substring(PREFIX.length())));
    }
    return service.map(s -> new ServiceEnd(name(s), text, endpoints(s, objects)));
  }

  /**
   * The endpoint that stands for it: the first of the address's family.
   *
   * @throws InputException if there is none
   */
  String endpoint() {
    boolean ipv6 = !address.startsWith(PREFIX) && address.indexOf(':') >= 0;
    boolean any = address.startsWith(PREFIX);
    return endpoints.stream()
        .filter(e -> any || (e.indexOf(':') >= 0) == ipv6)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Service %s (%s) has no ready endpoint, so it cannot be reached; kubectl -n %s get endpointslices,pods"
                        .formatted(name, address, name.replaceFirst("/.*", ""))));
  }

  /** What is explained instead, for the user. */
  String note() {
    return "%s is Service %s: the caller's node rewrites it to one of its %d endpoints; explained for %s"
        .formatted(address, name, endpoints.size(), endpoint());
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/namespace").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static Stream<String> addresses(JsonNode service) {
    return Stream.concat(
            Stream.of(service.at("/spec/clusterIP")),
            Stream.of("clusterIPs", "externalIPs").flatMap(f -> stream(service.at("/spec/" + f))))
        .map(JsonNode::asText);
  }

  private static List<String> endpoints(JsonNode service, List<JsonNode> objects) {
    var label = service.at("/metadata/name").asText();
    return objects.stream()
        .filter(o -> o.path("kind").asText().equals("EndpointSlice"))
        .filter(
            o ->
                o.at("/metadata/namespace").equals(service.at("/metadata/namespace"))
                    && o.at("/metadata/labels")
                        .path("kubernetes.io/service-name")
                        .asText()
                        .equals(label))
        .flatMap(o -> stream(o.path("endpoints")))
        .filter(e -> e.at("/conditions/ready").asBoolean(true))
        .flatMap(e -> stream(e.path("addresses")))
        .map(JsonNode::asText)
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
