package dev.weft.mesh.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.InterfaceAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignDeviceTest {
  private static final DesiredState STATE = state();

  private static DesiredState state() {
    var clouds = Clouds.three();
    return Objects.requireNonNull(clouds.states(clouds.view()).get("aws-1"));
  }

  /** Who owns the link that has the device's name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "the uplink                  | ''        | 10.0.1.5/24 | -     | 0    | a network interface of the host",
        "Docker's bridge             | bridge    | 172.17.0.1/16 | -   | 0    | a link of kind bridge",
        "a VLAN without an address   | vlan      | ''          | -     | 0    | a link of kind vlan",
        "OpenVPN's tun               | tun       | 10.8.0.6/32 | -     | 0    | a TUN device with addresses of its own",
        "wg-quick's wg0              | wireguard | 10.8.0.1/24 | other | 0    | a WireGuard device with another key and another fwmark",
        "wg-quick's with a full tunnel | wireguard | 10.8.0.1/24 | other | 51820 | a WireGuard device with another key and another fwmark",
        "ours                        | wireguard | 10.4.0.1/32 | own   | 4096 | ''",
        "ours, mark to be changed    | wireguard | 10.4.0.1/32 | own   | 77   | ''",
        "ours, key was lost          | wireguard | 10.4.0.1/32 | other | 4096 | ''",
        "ours, just made             | wireguard | ''          | none  | 0    | ''",
        "ours, wireguard-go starting | tun       | ''          | -     | 0    | ''",
        "ours, wireguard-go hangs    | tun       | 10.4.0.1/32 | -     | 0    | ''",
      })
  void aForeignLinkIsToldFromAnOwnDevice(
      String whose, String kind, String address, String key, long mark, String what) {
    var wanted = STATE.device(DeviceId.DEFAULT).orElseThrow();
    var addresses = Stream.of(address).filter(a -> !a.isEmpty()).map(InterfaceAddress::parse);
    var link = new SeenLink(2, wanted.name(), kind, 1500, true, addresses.toList(), -1, -1, -1);
    var keys =
        switch (key) {
          case "own" -> Optional.of(wanted.publicKey());
          case "other" -> Optional.of(Clouds.key("somebody"));
          default -> Optional.<PublicKey>empty();
        };
    var devices =
        key.equals("-")
            ? List.<SeenDevice>of()
            : List.of(new SeenDevice(wanted.name(), keys, 51820, mark, false, List.of()));
    var seen = snapshot(link, devices);
    var foreign = ForeignDevice.of(STATE, seen);
    assertEquals(!what.isEmpty(), foreign.isPresent(), whose);
    assertTrue(foreign.map(f -> f.message().contains("it is " + what)).orElse(true), whose);
    assertEquals(!what.isEmpty(), StateDiff.diff(STATE, seen).isEmpty(), whose);
  }

  private static KernelSnapshot snapshot(SeenLink link, List<SeenDevice> devices) {
    var empty = new SimulatedKernel(List.of("eth0")).read(STATE.firewall(), 1);
    return new KernelSnapshot(
        empty.nowEpochSecond(),
        List.of(link),
        devices,
        empty.nextHops(),
        empty.routes(),
        empty.rules(),
        empty.encapsulation(),
        empty.firewall());
  }
}
