package dev.weft.e2e;

/**
 * As k3s lays a cluster out across clouds: Weft's preset for k3s, whose API server is a balancer on
 * each node's loopback; the Service {@code kubernetes} leads to the server's public address.
 */
class K3sLikeSoak extends AcrossNatContract {
  K3sLikeSoak() {
    super("k3s", false);
  }
}
