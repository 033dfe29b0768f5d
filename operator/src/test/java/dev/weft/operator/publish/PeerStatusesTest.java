package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.EndpointClass;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.mesh.plan.PeerDecision;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PeerStatusesTest {
  private static final String KEY = "5OlLDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=";
  private static final String OTHER = "Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theEndpointsClassIsToldAndNeverTheEndpoint() {
    var status = seen(null, "198.51.100.7:40000");
    assertEquals(EndpointClass.PUBLIC, status.endpointClass());
    assertEquals(-1, status.toString().indexOf("198.51.100.7"));
  }

  @Test
  void itFollowsWhereThePeerGoes() {
    var home = seen(null, "198.51.100.7:40000");
    assertEquals(EndpointClass.SHARED_ADDRESS_SPACE, seen(home, "100.64.3.4:9").endpointClass());
    assertEquals(EndpointClass.PRIVATE, seen(home, "[fd00::7]:9").endpointClass());
  }

  @Test
  void itStaysWhileNobodySeesThePeerOrAGatewayStillSeesItSo() {
    var inside = seen(null, "10.1.0.7:40000");
    assertEquals(EndpointClass.PRIVATE, seen(inside).endpointClass());
    assertEquals(
        EndpointClass.PRIVATE, seen(inside, "198.51.100.7:4", "10.1.0.7:4").endpointClass());
    assertEquals(inside, seen(inside, "198.51.100.7:4", "10.1.0.7:4"));
  }

  @Test
  void nonsenseAndOthersEndpointsTellNothing() {
    assertNull(seen(null).endpointClass());
    assertNull(seen(null, "nonsense").endpointClass());
    assertNull(status(null, Stream.of(report(OTHER, "198.51.100.7:4"))).endpointClass());
  }

  private static PeerStatus seen(@Nullable PeerStatus before, String... endpoints) {
    return status(before, Stream.of(endpoints).map(e -> report(KEY, e)));
  }

  private static PeerStatus status(@Nullable PeerStatus before, Stream<NodeReport> reports) {
    var peer = new Peer();
    peer.setMetadata(new ObjectMetaBuilder().withName("phone").withGeneration(1L).build());
    peer.setSpec(
        new PeerSpec(
            "weft", KEY, null, null, List.of(), null, null, null, null, List.of(), null, null));
    peer.setStatus(before);
    var effective =
        new EffectivePeer("weft", KEY, List.of("10.4.0.9/32"), null, null, null, null, null, null);
    return PeerStatuses.of(
        peer,
        new PeerDecision("phone", List.of(effective), "", List.of("10.4.0.9"), Set.of(), List.of()),
        reports.toList(),
        Optional.empty(),
        NOW);
  }

  private static NodeReport report(String key, String endpoint) {
    var report = new NodeReport();
    report.setSpec(
        new NodeReportSpec(
            List.of(),
            null,
            List.of(new ObservedEndpoint(key, endpoint)),
            List.of(),
            null,
            List.of()));
    return report;
  }
}
