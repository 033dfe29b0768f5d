package dev.weft.mesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Two gateways in aws and in gcp, one in home: {@link Clouds#three()}. */
class LaneNoteTest {
  private static Clouds reporting(BiPredicate<String, String> answers) {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 2)));
    clouds.publish();
    Agents.apply(clouds, clouds.publish().view(Clouds.MESH).orElseThrow(), answers);
    return clouds;
  }

  private static List<String> aws(Clouds clouds) {
    return LaneNote.of(clouds.snapshot(), Clouds.MESH, "aws").stream()
        .map(n -> n.text() + (n.isOut() ? " (out)" : ""))
        .toList();
  }

  @Test
  void whereAllGatewaysAnswerNothingIsSaid() {
    assertEquals(List.of(), aws(reporting((from, to) -> true)));
    assertEquals(List.of(), aws(Clouds.three()), "one gateway per location");
  }

  @Test
  void theGatewayThatNobodyElsewhereHearsIsOut() {
    assertEquals(
        List.of("aws-2 carries nothing, no gateway elsewhere gets an answer from it (out)"),
        aws(reporting((from, to) -> !to.equals("aws-2"))));
  }

  @Test
  void aLaneThatIsDownIsNamedAndTheGatewayCarriesTheRest() {
    assertEquals(
        List.of("aws-2 gives no answer to gcp-1"),
        aws(reporting((from, to) -> !to.equals("aws-2") || !from.equals("gcp-1"))));
  }

  @Test
  void aGatewayThatDrainsIsNamed() {
    var clouds = reporting((from, to) -> true);
    clouds.change("aws-1", n -> NodeEdits.cordoned(n, true));
    clouds.publish();
    assertEquals(List.of("aws-1 drains"), aws(clouds));
  }
}
