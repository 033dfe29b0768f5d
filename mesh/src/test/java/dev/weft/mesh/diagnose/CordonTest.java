package dev.weft.mesh.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.fixture.Observed;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes are cordoned on purpose, and that is no fault: a gateway, a member, an only gateway. */
class CordonTest {
  @ParameterizedTest
  @ValueSource(strings = {"aws-1", "aws-2", "home-1"})
  void aCordonIsNoFault(String node) {
    var clouds = Clouds.three();
    clouds.change(node, n -> NodeEdits.cordoned(n, true));
    assertEquals(List.of(), Diagnosis.of(Observed.of(clouds).state(), List.of()));
  }
}
