package dev.weft.mesh.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.TwoGateways;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** gcp-1 meets the two gateways of aws by two devices, and then the only one by its first. */
class DeviceRemovalTest {
  private static final Set<PublicKey> OWN =
      Set.of(Clouds.key("gcp-1"), Clouds.key("gcp-1 lane 1"), Clouds.key("gcp-1 lane 2"));

  private final SimulatedKernel kernel = new SimulatedKernel(List.of("eth0"));
  private final Clouds clouds = Clouds.three();

  private DesiredState several() {
    var view = TwoGateways.of(clouds.view(), Map.of("aws-2", 1), 2);
    return Objects.requireNonNull(TwoGateways.states(clouds, view).get("gcp-1"));
  }

  private DesiredState one() {
    return Objects.requireNonNull(clouds.states(clouds.view()).get("gcp-1"));
  }

  private List<Change> changes(DesiredState wanted) {
    return StateDiff.diff(wanted, kernel.read(wanted.firewall(), 0), OWN).changes();
  }

  private List<String> devices() {
    return kernel.read(one().firewall(), 0).devices().stream().map(SeenDevice::name).toList();
  }

  @Test
  void aDeviceGoesLastWhenNothingLeadsThereAnyMore() {
    kernel.apply(new ChangeSet(changes(several())));
    assertEquals(List.of(), changes(several()));
    assertEquals(List.of("weft0", "weft01"), devices());
    var less = changes(one());
    assertEquals(new Change.RemoveDevice("weft01"), less.getLast());
    kernel.apply(new ChangeSet(less));
    assertEquals(List.of(), kernel.lost);
    assertEquals(List.of("weft0"), devices());
    assertEquals(List.of(), changes(one()));
  }

  @Test
  void aDeviceWithAnotherKeyStays() {
    kernel.apply(new ChangeSet(changes(one())));
    foreign("weft02", "of somebody else");
    foreign("weft03", "gcp-1 lane 2");
    assertEquals(List.of(new Change.RemoveDevice("weft03")), changes(one()));
  }

  @Test
  void whileNotEverythingIsKnownNoDeviceGoes() {
    assertEquals(Optional.empty(), new Change.RemoveDevice("weft01").addition());
  }

  /** Nothing is changed on a host where a link of its own has a wanted name. */
  @Test
  void besideAForeignFirstDeviceNoneGoes() {
    kernel.apply(new ChangeSet(changes(one())));
    foreign("weft03", "gcp-1 lane 2");
    foreign("weft0", "of somebody else");
    assertTrue(changes(one()).isEmpty());
  }

  private void foreign(String name, String keyOf) {
    var device =
        new DesiredDevice(
            name,
            DeviceId.DEFAULT,
            new KeyPair(PrivateKey.ofBytes(new byte[32]), Clouds.key(keyOf)),
            1,
            0,
            1420,
            List.of());
    kernel.apply(
        new ChangeSet(
            List.of(new Change.CreateDevice(device), new Change.ConfigureDevice(device))));
  }
}
