package dev.weft.e2e;

import org.junit.jupiter.api.Test;

/** Calico as its own manifests set it up: every packet between nodes in IPIP. */
class BesideCalicoIpipE2E {
  @Test
  void calicoCarriesALocationByIpipAndWeftJoinsLocations() {
    TopologyLab.assumeIpip();
    BesideOtherCnisE2E.assertBoth("calico-ipip", "two-subnets", "tunl0");
  }
}
