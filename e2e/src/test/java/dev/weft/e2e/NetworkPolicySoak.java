package dev.weft.e2e;

import dev.weft.e2e.cluster.UpstreamSuite;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * NetworkPolicies with kube-router's engine (iptables and ipset) on the nodes of a mesh: upstream's
 * specs, and every way by which packets come to a pod.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NetworkPolicySoak extends OnRealKubelets {
  /** None: kube-router's engine supports all that the specs ask for. */
  private static final ExpectedFailures EXPECTED = new ExpectedFailures(Map.of());

  NetworkPolicySoak() {
    super("peered");
  }

  @BeforeAll
  void startEngine() {
    cluster().startPolicyEngine();
  }

  @Test
  @Order(1)
  void policyHoldsOnOneNodeByTunnelAndForPeers() {
    var ground = PolicyGround.prepare(cluster());
    ground.hooks().forEach(line -> System.out.println("measured: " + line));
    ground.assertPolicyHoldsOnEveryWay();
  }

  @Test
  @Order(2)
  void upstreamNetworkPolicySpecsPassWithKubeRouter() {
    EXPECTED.assertAsExpected(
        UpstreamSuite.run(cluster(), UpstreamSuite.NETPOL, 5, Duration.ofMinutes(60)),
        "NetworkPolicy");
  }
}
