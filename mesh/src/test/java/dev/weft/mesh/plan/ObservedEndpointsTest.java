package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObservedEndpointsTest {
  private static final String TRUE = "203.0.113.7:20001";

  @Test
  void oneLiarCanNotPushOutWhatTwoHonestObserversSaw() {
    var lies = IntStream.range(0, 1_000).mapToObj(i -> "198.51.100.9:" + (1_000 + i)).toList();
    var liar = observer("a-liar", lies.toArray(String[]::new));
    var observed = of(liar, observer("one", TRUE), observer("two", TRUE));
    // Not even after it was alone for a while, when its lie was published.
    var published = of(liar).of(Clouds.key("hidden"), List.of());
    assertEquals(List.of("198.51.100.9:1000"), published);
    assertEquals(List.of(TRUE, "198.51.100.9:1000"), observed.of(Clouds.key("hidden"), published));
  }

  @Test
  void eachObserverHasOneVoteForAKey() {
    var liar = observer("liar", "198.51.100.9:1", "198.51.100.9:1", "198.51.100.9:1");
    var observed = of(liar, observer("one", TRUE), observer("two", TRUE));
    assertEquals(List.of(TRUE, "198.51.100.9:1"), observed.of(Clouds.key("hidden"), List.of()));
  }

  @Test
  void amongEqualsWhatIsPublishedStaysInFront() {
    var observed = of(observer("a", "192.0.2.1:1"), observer("b", TRUE));
    assertEquals(List.of(TRUE, "192.0.2.1:1"), observed.of(Clouds.key("hidden"), List.of(TRUE)));
  }

  @Test
  void whatNoOtherMachineIsAtIsNoObservation() {
    var observed =
        of(
            Stream.of("127.0.0.1:1", "169.254.169.254:80", "224.0.0.1:1", "a.example:1", "x")
                .map(e -> observer("o", e))
                .toArray(NodeInput[]::new));
    assertEquals(List.of(TRUE), observed.of(Clouds.key("hidden"), List.of(TRUE)));
  }

  private static ObservedEndpoints of(NodeInput... observers) {
    var observed = new ObservedEndpoints();
    Stream.of(observers).forEach(observed::add);
    return observed;
  }

  private static NodeInput observer(String name, String... endpoints) {
    var report =
        new NodeReportSpec(
            List.of(),
            null,
            Stream.of(endpoints)
                .map(e -> new ObservedEndpoint(Clouds.key("hidden").text(), e))
                .toList(),
            List.of(),
            null,
            List.of());
    return new NodeInput(
        name,
        "",
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(report),
        "",
        Liveness.ALIVE,
        false);
  }
}
