package dev.weft.e2e.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyTest {
  private final Topology topology = Topology.read(Path.of("topologies/three-clouds.yaml"));
  private final Inventory inventory = Inventory.of(topology, "/somewhere", "/elsewhere");

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
    assertEquals("10.1.0.12", aws.privateAddress(topology));
    assertEquals(Optional.of("192.0.2.12"), aws.publicAddress(topology));
    assertEquals("10.42.2.0/24", aws.podCIDR(topology).toString());
    assertEquals("10.1.0.10", aws.apiAddress(topology));
    var home = inventory.node("home-1");
    assertEquals(Optional.empty(), home.publicAddress(topology));
    assertEquals("192.0.2.10", home.apiAddress(topology));
  }

  @Test
  void anotherNodeChangesNothingOfTheOthers() {
    var more = inventory.withNodeIn("gcp");
    assertEquals(inventory.nodes(), more.nodes().subList(0, 5));
    assertEquals(new NodeSpec("gcp-3", "gcp", 3, 6), more.nodes().getLast());
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
