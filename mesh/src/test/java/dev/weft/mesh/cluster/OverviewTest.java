package dev.weft.mesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.Observed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewTest {
  @Test
  void aClusterWithoutFaultsIsWell() {
    assertTrue(Overview.of(Observed.of(Clouds.three()).state()).isWell());
  }

  /** The operator counts such a node as Ready: its tunnels are up. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Preflight | HostSettings | net.ipv4.ip_forward is 0: this node forwards nothing",
        "CNI       | NotWritten   | read-only file system"
      })
  void aNodeWhoseHostIsNotAsNeededIsShownAsUnwell(String type, String reason, String message) {
    var overview =
        Overview.of(Observed.of(Clouds.three()).complains("aws-2", type, reason, message).state());
    assertFalse(overview.isWell());
    var first = overview.nodes().getFirst();
    assertEquals("aws-2", first.name());
    assertFalse(first.well());
    assertEquals(reason + ": " + message, first.detail());
  }
}
