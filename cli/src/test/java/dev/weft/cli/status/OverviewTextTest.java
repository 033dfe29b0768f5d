package dev.weft.cli.status;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.GatewayState;
import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.mesh.cluster.Overview;
import dev.weft.mesh.cluster.Overview.LocationHealth;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverviewTextTest {
  private static String text(List<MeshGatewayStatus> states) {
    var location =
        new LocationHealth("main", "aws", true, 3, List.of("aws-1", "aws-2"), states, "");
    return OverviewText.all(
        new Overview(List.of(), List.of(location), List.of(), List.of()), false, false);
  }

  @Test
  void severalGatewaysAreShownWithOrdinalAndState() {
    var text =
        text(
            List.of(
                new MeshGatewayStatus("aws-1", 0, GatewayState.READY),
                new MeshGatewayStatus("aws-2", 1, GatewayState.OUT)));
    assertTrue(text.contains("aws-1 (0),aws-2 (1, Out)"), text);
  }

  @Test
  void withoutStatesNamesStandAlone() {
    assertTrue(text(List.of()).contains("aws-1,aws-2"));
    assertFalse(text(List.of()).contains("(0"));
  }
}
