package dev.weft.e2e;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CNIs that {@link BesideOtherCnisE2E} leaves out. */
class BesideOtherCnisSoak {
  @ParameterizedTest
  @CsvSource({
    "flannel-host-gw, three-clouds, cni0",
    "cilium-tunnel, two-subnets, cilium_vxlan",
    "calico-vxlan, two-subnets, vxlan.calico"
  })
  void theOtherCniCarriesALocationAndWeftJoinsLocations(String cni, String topology, String link) {
    BesideOtherCnisE2E.assertBoth(cni, topology, link);
  }
}
