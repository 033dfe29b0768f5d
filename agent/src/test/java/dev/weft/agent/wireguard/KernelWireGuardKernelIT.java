package dev.weft.agent.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Keys;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.net.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The kernel's WireGuard by generic netlink. Where the kernel has none the tests count as skipped,
 * unless {@code -Dweft.kernel.wireguard=required}.
 */
class KernelWireGuardKernelIT implements WireGuardDevicesContract {
  private NetlinkSocket route;
  private KernelWireGuard devices;

  @BeforeEach
  void create() throws IOException {
    route = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
    var opened = KernelWireGuard.open(route);
    boolean required = "required".equals(System.getProperty("weft.kernel.wireguard"));
    Assumptions.assumeTrue(required || opened.isPresent(), "this kernel has no WireGuard");
    devices = opened.orElseThrow();
    devices.create(WireGuardDevicesContract.device(1));
  }

  @AfterEach
  void remove() throws IOException {
    if (devices != null) {
      devices.remove(NAME);
      devices.close();
    }
    route.close();
  }

  @Override
  public WireGuardDevices devices() {
    return devices;
  }

  @Test
  void anotherKindOfLinkIsNoDevice() throws IOException {
    assertTrue(devices.read("lo").isEmpty());
  }

  @Test
  void ownKeyAsPeerIsSilentlyIgnored() throws IOException {
    devices.configure(WireGuardDevicesContract.device(1));
    devices.setPeer(WireGuardDevicesContract.peer(1, "10.2.0.0/24"));
    assertEquals(List.of(), seen().peers());
  }

  /** Two devices speak through lo; their session lives on through every kind of change. */
  @Test
  void changesKeepTheSession() throws IOException {
    var other =
        new Change.SetPeer(
            NAME,
            Keys.publicKey(2),
            true,
            Optional.of(Endpoint.parse("127.0.0.1:51821")),
            WireGuardDevicesContract.prefixes("10.99.0.2/32", "10.2.0.0/24"),
            Optional.of(1),
            Optional.empty());
    devices.configure(WireGuardDevicesContract.device(1));
    Shell.run(
        """
        set -e
        ip netns add far && ip link add farwg type wireguard
        wg set farwg listen-port 51821 private-key /dev/stdin peer %s allowed-ips 10.99.0.1/32 <<X
        %s
        X
        ip link set farwg netns far && ip -n far link set lo up && ip -n far link set farwg up
        ip -n far addr add 10.99.0.2/32 dev farwg && ip -n far route add 10.99.0.1/32 dev farwg
        ip link set %s up && ip addr add 10.99.0.1/32 dev %s && ip route add 10.99.0.2/32 dev %s
        """
            .formatted(Keys.publicKey(1), Keys.privateKey(2).reveal(), NAME, NAME, NAME));
    try {
      devices.setPeer(other);
      Shell.run("ping -c 1 -W 5 10.99.0.2");
      long handshake = seen(2).lastHandshakeEpochSecond();
      assertTrue(handshake > 0);
      devices.configure(WireGuardDevicesContract.device(1));
      devices.setPeer(
          new Change.SetPeer(
              NAME,
              Keys.publicKey(2),
              false,
              Optional.empty(),
              WireGuardDevicesContract.prefixes("10.3.0.0/24"),
              Optional.of(25),
              Optional.empty()));
      devices.removeAllowedIPs(
          new Change.RemoveAllowedIPs(
              NAME, Keys.publicKey(2), WireGuardDevicesContract.prefixes("10.2.0.0/24")));
      Shell.run("ping -c 3 -i 0.2 -W 1 10.99.0.2");
      assertEquals(handshake, seen(2).lastHandshakeEpochSecond());
      assertTrue(seen(2).receivedBytes() > 0 && seen(2).sentBytes() > 0);
    } finally {
      Shell.run("ip netns del far");
    }
  }
}
