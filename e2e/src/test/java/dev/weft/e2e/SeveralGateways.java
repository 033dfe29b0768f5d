package dev.weft.e2e;

/** Several gateways per location, which the operator supports only if it is told so. */
final class SeveralGateways {
  private SeveralGateways() {}

  /** Starts the operator anew, so that {@code spec.gatewaysPerLocation} counts. */
  static void supported(TopologyLab topology) {
    topology
        .lab()
        .kubectl()
        .run(
            "-n",
            "weft-system",
            "set",
            "env",
            "deploy/weft-operator",
            "WEFT_SEVERAL_GATEWAYS=true",
            "--cache-dir=/dev/null/n")
        .orThrow();
    topology.lab().faults().newPods();
    topology.assertWell();
  }
}
