package dev.weft.e2e.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologyTest {
  private final Topology topology = Topology.read(Path.of("topologies/three-clouds.yaml"));
  private final Inventory inventory =
      Inventory.of(topology, "/somewhere", "/elsewhere", "helm", Map.of());

  @Test
  void threeCloudsHaveFiveNodesWithTwoPodsEach() {
    assertEquals(
        List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1"),
        inventory.nodes().stream().map(NodeSpec::name).toList());
    assertEquals(10, inventory.pods().size());
  }

  @Test
  void nodesHaveTheAddressesThatTheirCloudGives() {
    var aws = inventory.node("aws-2");
    assertEquals(List.of("10.1.0.12"), aws.internalAddresses(topology));
    assertEquals(List.of("192.0.2.12"), aws.externalAddresses(topology));
    assertEquals("[10.42.2.0/24]", aws.podCIDRs(topology).toString());
    assertEquals("10.1.0.10", aws.apiAddress(topology));
    var home = inventory.node("home-1");
    assertEquals(List.of(), home.externalAddresses(topology));
    assertEquals("192.0.2.10", home.apiAddress(topology));
  }

  @Test
  void anotherNodeChangesNothingOfTheOthers() {
    var more = inventory.withNodeIn("gcp");
    assertEquals(inventory.nodes(), more.nodes().subList(0, 5));
    assertEquals(new NodeSpec("gcp-3", "gcp", 3, 6), more.nodes().getLast());
  }

  @Test
  void dualStackNodesHaveAPrivateAndAPublicAddressOfEachFamily() {
    var dual = Topology.read(Path.of("topologies/dual-stack.yaml"));
    var node = Inventory.of(dual, "/somewhere", "/elsewhere", "helm", Map.of()).node("aws-1");
    assertEquals(List.of("10.1.0.11", "fd00:1::b"), node.internalAddresses(dual));
    assertEquals(List.of("192.0.2.11", "2001:db8:1::b"), node.externalAddresses(dual));
    assertEquals("[10.42.1.0/24, fd00:42:0:1::/64]", node.podCIDRs(dual).toString());
  }

  @Test
  void withIPv6AloneTheOwnAddressIsThePublicOne() {
    var six = Topology.read(Path.of("topologies/v6-only.yaml"));
    var node = Inventory.of(six, "/somewhere", "/elsewhere", "helm", Map.of()).node("gcp-1");
    assertEquals(List.of("2001:db8:2::b"), node.internalAddresses(six));
    assertEquals(List.of(), node.externalAddresses(six));
    assertEquals("2001:db8:1::a", node.apiAddress(six));
  }

  @Test
  void unknownNamesAreNamed() {
    var problem = assertThrows(IllegalArgumentException.class, () -> inventory.withNodeIn("azure"));
    assertEquals("no cloud is named azure", problem.getMessage());
  }

  @Test
  void prefixesWithHostBitsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.1.0.1/24"));
    assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.1.0.0"));
    assertEquals("10.42.7.0/24", Subnet.parse("10.42.0.0/16").part(7, 24).toString());
  }
}
