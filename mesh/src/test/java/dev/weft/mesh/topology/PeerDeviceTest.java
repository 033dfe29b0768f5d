package dev.weft.mesh.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node with devices of two lanes, the first of them of two generations. */
class PeerDeviceTest {
  private static final MeshDevice OLD = device(0, 0);
  private static final MeshDevice NEW = device(0, 1);
  private static final MeshDevice OTHER_LANE = device(1, 0);

  private static MeshDevice device(int lane, int generation) {
    return new MeshDevice(
        new DeviceId(lane, generation),
        Clouds.key("gcp-1 %d %d".formatted(lane, generation)),
        51820 + lane,
        List.of(),
        List.of());
  }

  private static MeshNode node(String name, MeshDevice... devices) {
    return node(name, 0, devices);
  }

  private static MeshNode node(String name, int ordinal, MeshDevice... devices) {
    return new MeshNode(
        name,
        "gcp",
        NodeRole.GATEWAY,
        true,
        ordinal,
        false,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of(devices),
        Set.of());
  }

  @Test
  void aLaneIsItsNewestGenerationWhateverTheOrder() {
    for (var node :
        List.of(node("gcp-1", OLD, NEW, OTHER_LANE), node("gcp-1", OTHER_LANE, NEW, OLD))) {
      assertEquals(Optional.of(NEW), node.device(0));
      assertEquals(Optional.of(OTHER_LANE), node.device(1));
      assertEquals(Optional.empty(), node.device(2));
      assertEquals(List.of(OLD, NEW, OTHER_LANE), node.devices());
    }
  }

  @Test
  void nodesMeetByLaneZeroWhateverElseTheyHave() {
    var from = node("aws-1");
    assertEquals(
        Optional.of(new PeerDevice(DeviceId.DEFAULT, OLD)),
        PeerDevice.of(from, node("gcp-1", OTHER_LANE, OLD)));
    assertEquals(Optional.empty(), PeerDevice.of(from, node("gcp-1", OTHER_LANE)));
    assertEquals(Optional.empty(), PeerDevice.of(from, node("gcp-1")));
  }

  @Test
  void gatewaysMeetByEachOthersOrdinal() {
    var first = node("aws-1", 0, OLD);
    var second = node("gcp-2", 1, OLD, OTHER_LANE);
    assertEquals(
        Optional.of(new PeerDevice(new DeviceId(1, 0), OLD)), PeerDevice.of(first, second));
    assertEquals(
        Optional.of(new PeerDevice(new DeviceId(0, 0), NEW)),
        PeerDevice.of(node("aws-2", 0), node("gcp-1", 0, OLD, NEW)));
    assertEquals(Optional.empty(), PeerDevice.of(second, first), "aws-1 has no device of lane 1");
  }

  @Test
  void identitiesSortByLaneThenGeneration() {
    assertEquals(
        List.of(new DeviceId(0, 0), new DeviceId(0, 7), new DeviceId(1, 0)),
        Stream.of(new DeviceId(1, 0), new DeviceId(0, 7), new DeviceId(0, 0)).sorted().toList());
  }
}
