package dev.weft.e2e;

/** With {@code apiServer.host}: agents, too, call the API server by its public address. */
class AcrossNatKubeletE2E extends AcrossNatContract {
  AcrossNatKubeletE2E() {
    super("across-nat", false);
  }
}
