package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.metrics.AgentGauges;
import dev.weft.agent.report.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a pass that threw. */
class PassFailureTest {
  @TempDir private Path directory;

  private Self self() throws IOException {
    return new Self(
        "n-1",
        DeviceKeys.open(directory),
        new ApiServerAddress("192.0.2.1", 6443),
        Optional.empty(),
        "6.12",
        "test");
  }

  @Test
  void theReportSaysSoWhateverItSaidBefore() throws IOException {
    var well = new Finding(Finding.APPLIED, true, "Applied", "");
    var cni = new Finding(Finding.CNI, true, "Configured", "");
    var before =
        Reports.observation(
            self(),
            Outcome.withoutView(List.of(), HostKernel.UNKNOWN),
            Map.of(),
            "r1",
            List.of(well, cni));
    var after = before.with(Findings.passFailed(new IllegalStateException("a secret"), 2));
    var applied = after.findings().stream().filter(f -> f.type().equals(Finding.APPLIED)).toList();
    assertEquals(1, applied.size());
    assertEquals("PassFailed", applied.getFirst().reason());
    assertFalse(applied.getFirst().good());
    assertTrue(applied.getFirst().message().contains("IllegalStateException"));
    assertFalse(applied.getFirst().message().contains("a secret"), "it may be one");
    assertTrue(after.findings().contains(cni));
    assertEquals("r1", after.appliedRevision());
  }

  @Test
  void theGaugesSaySo() {
    var after = AgentGauges.STARTING.afterAFailure();
    assertFalse(after.ready());
    assertEquals(Map.of("Applied", false), after.conditions());
  }

  @Test
  void aThreadInTroubleIsNamed() {
    assertTrue(Findings.running(List.of()).good());
    var troubled = Findings.running(List.of("lease", "probe"));
    assertEquals("ThreadsTroubled", troubled.reason());
    assertTrue(troubled.message().contains("lease, probe"));
  }
}
