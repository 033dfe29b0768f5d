package dev.weft.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClusterSpecTest {
  private static ClusterSpec read(String name) {
    return ClusterSpec.read(Path.of("clusters", name + ".yaml"));
  }

  @Test
  void peeredNodesCallTheApiServerByItsInternalAddress() {
    var spec = read("peered");
    ClusterInventory.nodes(spec).forEach(n -> assertEquals("192.0.2.11", spec.apiFor(n)));
    assertEquals("192.0.2.11", spec.apiAdvertised());
  }

  @Test
  void nodesOfOtherCloudsBehindNatCallItByItsPublicAddress() {
    var spec = read("across-nat");
    var nodes = ClusterInventory.nodes(spec);
    assertEquals("10.1.0.11", spec.apiFor(nodes.getFirst()));
    assertEquals("192.0.2.11", spec.apiFor(nodes.getLast()));
    assertEquals("home-1", nodes.getLast().name());
  }

  @Test
  void theServiceKubernetesLeadsToTheAddressThatIsAdvertised() {
    var spec = read("across-nat");
    assertEquals("10.1.0.11", spec.apiAdvertised());
    assertEquals("192.0.2.11", spec.advertising(ClusterSpec.Advertise.PUBLIC).apiAdvertised());
  }

  @Test
  void nodesOfK3sCallABalancerOnTheirLoopback() {
    var spec = read("k3s");
    var nodes = ClusterInventory.nodes(spec);
    nodes.forEach(n -> assertEquals("127.0.0.1:6444", spec.apiEndpoint(n)));
    assertEquals("10.1.0.11", spec.apiFor(nodes.getFirst()));
    assertEquals("192.0.2.11", spec.apiFor(nodes.getLast()));
    assertEquals("192.0.2.11", spec.apiAdvertised());
    assertEquals("k3s.yaml", spec.distribution().preset());
  }

  @Test
  void bothModesOfKubeProxyAreRun() {
    assertEquals("iptables", read("peered").proxy());
    assertEquals("nftables", read("across-nat").proxy());
    assertEquals("kubeadm.yaml", read("across-nat").distribution().preset());
  }
}
