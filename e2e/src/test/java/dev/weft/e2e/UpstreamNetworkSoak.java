package dev.weft.e2e;

import dev.weft.e2e.cluster.UpstreamSuite;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Upstream's specs of the network beyond the conformance specs and those of NetworkPolicy. */
class UpstreamNetworkSoak extends OnRealKubelets {
  private static final ExpectedFailures EXPECTED =
      new ExpectedFailures(
          Map.of(
              "[sig-network] Services should be rejected for evicted pods (no endpoints exist)",
              "kubelet evicts nothing here: it finds no file system information for an overlay"
                  + " root"));

  UpstreamNetworkSoak() {
    super("peered");
  }

  @Test
  void theRestOfTheNetworksSpecsPass() {
    EXPECTED.assertAsExpected(
        UpstreamSuite.run(cluster(), UpstreamSuite.REST, 5, Duration.ofMinutes(60)),
        "[sig-network] beside conformance and NetworkPolicy");
  }
}
