package dev.weft.cli.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.cli.InputException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceEndTest {
  private static final List<JsonNode> OBJECTS =
      Stream.of(
              """
              kind: Service
              metadata: {namespace: default, name: web}
              spec: {clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10, "fd96::a"]}
              """,
              """
              kind: Service
              metadata: {namespace: default, name: empty}
              spec: {clusterIP: 10.96.0.11}
              """,
              """
              kind: EndpointSlice
              metadata: {namespace: default, name: web-x, labels: {kubernetes.io/service-name: web}}
              endpoints:
              - {addresses: [10.42.3.7], conditions: {ready: false}}
              - {addresses: [10.42.3.9]}
              - {addresses: ["fd42::9"], conditions: {ready: true}}
              """,
              """
              kind: EndpointSlice
              metadata: {namespace: other, name: web-y, labels: {kubernetes.io/service-name: web}}
              endpoints: [{addresses: [10.42.1.1]}]
              """)
          .map(ServiceEndTest::yaml)
          .toList();

  private static JsonNode yaml(String text) {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"10.96.0.10, 10.42.3.9", "fd96::a, fd42::9", "service/default/web, 10.42.3.9"})
  void aServiceIsItsReadyEndpointOfTheSameFamily(String text, String endpoint) {
    var service = ServiceEnd.of(text, OBJECTS).orElseThrow();
    assertEquals("default/web", service.name());
    assertEquals(endpoint, service.endpoint());
    assertTrue(service.note().contains("one of its 2 endpoints; explained for " + endpoint));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.42.3.9", "10.96.0.99", "::1"})
  void anAddressThatIsNoServicesIsLeftAsItIs(String text) {
    assertTrue(ServiceEnd.isCandidate(text));
    assertFalse(ServiceEnd.of(text, OBJECTS).isPresent());
  }

  @Test
  void aServiceWithoutEndpointsIsWhatIsBroken() {
    var service = ServiceEnd.of("10.96.0.11", OBJECTS).orElseThrow();
    var said = String.valueOf(assertThrows(InputException.class, service::endpoint).getMessage());
    assertTrue(said.startsWith("Service default/empty (10.96.0.11) has no ready endpoint"), said);
    assertThrows(InputException.class, () -> ServiceEnd.of("service/default/nope", OBJECTS));
  }
}
